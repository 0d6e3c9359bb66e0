// From a tag to an item, its estimate and place, the half-year that holds it, and the decision that stays as it was.
import { expect, expect_accessible, read, test } from '../house.js';

type Item = { id: string; rev: number; title: { ko?: string; en?: string } };
type Ranking = { items: { item: Item; place: number | null }[] };

test('from tag to item, rank, cut, decide', async ({ as, lang, say }) => {
	const page = await as('curator');
	// A tag that people said, joined to an item of its own.
	const { items: tags } = await read<{ items: { id: string; label: { ko?: string; en?: string } }[] }>(page, '/api/tags?limit=200');
	const counts = await Promise.all(tags.slice(0, 60).map(async (tag) => ({ tag, n: (await read<{ n: number | null }>(page, `/api/tags/${tag.id}/counts?subtree=false`)).n ?? 0 })));
	const { tag } = counts.sort((a, b) => b.n - a.n)[0]!;
	const name = `${lang === 'ko' ? '새로 재는 과제' : 'Newly ranked item'} ${lang}`;
	const made = await page.request.post('/api/roadmap/items', { data: { title: { [lang]: name }, tags: [{ tag: tag.id, mode: 'include' }] } });
	const item = (await made.json()) as Item;

	// Estimated on its page: effort by team, and it gets a place.
	await page.goto(`/roadmap/${item.id}`);
	await page.getByRole('button', { name: say('estimate'), exact: true }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel(say('estimate-team'), { exact: true }).fill('Views');
	await dialog.getByLabel(say('estimate-low'), { exact: true }).fill('1');
	await dialog.getByLabel(say('estimate-likely'), { exact: true }).fill('2');
	await dialog.getByLabel(say('estimate-high'), { exact: true }).fill('3');
	await expect_accessible(page, 'estimating');
	await dialog.getByRole('button', { name: say('save') }).click();
	await expect(dialog).toBeHidden();
	const place = async () => (await read<Ranking>(page, '/api/roadmap/ranking')).items.find((one) => one.item.id === item.id)?.place;
	await expect.poll(place).toBeGreaterThan(0);
	await page.getByText(say('score-apart')).click();
	await expect(page.getByText(say('part-worth'), { exact: true })).toBeVisible();
	await expect_accessible(page, 'a score taken apart');

	// In the ranking, in words; figures on a click.
	await page.goto('/roadmap?view=table');
	const row = page.getByRole('listitem').filter({ hasText: name });
	await expect(row).toContainText(say('effort-weeks', { low: 1, high: 3 }));
	await row.getByText(say('figures'), { exact: true }).click();
	await expect(row.getByText(say('part-score'), { exact: true })).toBeVisible();
	await expect_accessible(page, 'the ranking');

	// The half-year: a team, what if, and a promise.
	const half = lang === 'ko' ? '2031H1' : '2031H2';
	await page.goto(`/roadmap?view=plan&half=${half}`);
	await expect(page.getByText(say('no-choice-capacity'))).toBeVisible();
	await page.getByLabel(say('plan-team-name')).fill('Views');
	await page.getByRole('button', { name: say('plan-team-add') }).click();
	await expect(page.getByText(say('what-if-nothing'))).toBeVisible();
	await page.getByLabel(say('plan-weeks-of', { team: 'Views' })).fill('1');
	const planned = page.getByRole('listitem').filter({ hasText: name });
	await expect(planned).toContainText(say('because-no-capacity', { team: 'Views' }));
	await page.getByLabel(say('plan-weeks-of', { team: 'Views' })).fill('8');
	await expect(planned).toContainText(say('because-worth-most'));
	await page.getByRole('button', { name: say('what-if-keep') }).click();
	await expect(page.getByText(say('what-if-nothing'))).toBeHidden();
	await expect(page.getByText(say('cut-proven'))).toBeVisible();
	await planned.getByRole('button', { name: say('promise'), exact: true }).click();
	await page.getByRole('dialog').getByLabel(say('promise-to-whom')).fill('한빛출판');
	await page.getByRole('dialog').getByRole('button', { name: say('promise'), exact: true }).click();
	await expect(planned).toContainText(say('because-promised'));
	await planned.getByRole('button', { name: say('ask-displaced') }).click();
	await expect(planned.getByRole('status')).toBeVisible();
	await expect_accessible(page, 'a half-year');

	// Decided, and opened again as it was.
	await page.getByRole('button', { name: say('decide'), exact: true }).click();
	await page.getByRole('dialog').getByLabel(say('decide-words')).fill('Views first');
	await page.getByRole('dialog').getByRole('button', { name: say('decide'), exact: true }).click();
	await expect(page).toHaveURL(/decision=dcs_/);
	await expect(planned).toContainText(say('because-promised'));
	await expect.poll(async () => (await read<{ half: string }>(page, `/api/roadmap/items/${item.id}`)).half).toBe(half);
	await expect_accessible(page, 'a decision');
});

test('the ranking and the half-year fit a phone', async ({ as }) => {
	const page = await as('viewer');
	await page.setViewportSize({ width: 390, height: 844 });
	for (const path of ['/roadmap?view=table', '/roadmap?view=plan', '/roadmap']) {
		await page.goto(path);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await page.waitForTimeout(400);
		expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
		const body = page.locator('.roadmap > .body');
		if (path !== '/roadmap') expect(await body.evaluate((box) => box.scrollWidth - box.clientWidth), path).toBeLessThanOrEqual(0);
	}
	await expect_accessible(page, 'the roadmap on a phone');
});
