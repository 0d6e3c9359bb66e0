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
	await expect(page.getByText(say('plan-is-out'), { exact: true })).toHaveCount(0);
	await page.getByLabel(say('plan-team-name')).fill('Views');
	await page.getByRole('button', { name: say('plan-team-add') }).click();
	await expect(page.getByText(say('what-if-nothing'))).toBeVisible();
	await page.getByLabel(say('plan-weeks-of', { team: 'Views' })).fill('1');
	const planned = page.getByRole('listitem').filter({ hasText: name });
	await expect(planned).toContainText(say('because-no-capacity', { team: 'Views' }));
	await page.getByLabel(say('plan-weeks-of', { team: 'Views' })).fill('200');
	await expect(planned).toContainText(say('because-worth-most'));
	// A shorter half-life answers at once; what is kept afterwards is what stood before.
	const life = page.getByLabel(say('rules-half-life'));
	await life.press('Home');
	await expect(page.getByText(say('what-if-days', { days: 30 }))).toBeVisible();
	await expect(planned).toContainText(say('because-worth-most'));
	for (let n = 0; n < 4; n++) await life.press('ArrowRight');
	await expect(page.getByText(say('what-if-days', { days: 180 }))).toBeVisible();
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

test('an item is found among very many', async ({ as, lang, say }) => {
	const page = await as('curator');
	const owner = `Archive ${lang}`;
	const lines = Array.from({ length: 45 }, (_, n) => `ARC-${lang}-${n},Brought from elsewhere ${lang} ${n},parked,${owner}`);
	const sent = await page.request.post('/api/roadmap/import', { headers: { 'content-type': 'text/csv' }, data: ['key,title_en,status,owner', ...lines].join('\n') });
	expect(((await sent.json()) as { created: number }).created).toBe(45);

	// A column shows its first cards and how many there are; more on a click.
	await page.goto('/roadmap');
	await page.getByLabel(say('item-owner'), { exact: true }).selectOption(owner);
	const column = page.getByRole('region', { name: say('item-status-parked') });
	await expect(column.getByRole('heading')).toContainText('45');
	await expect(column.locator('[data-card]')).toHaveCount(20);
	await expect(column).toContainText(say('list-of', { n: 20, total: 45 }));
	await column.getByRole('button', { name: say('board-more', { column: say('item-status-parked') }) }).click();
	await expect(column.locator('[data-card]')).toHaveCount(45);
	await expect_accessible(page, 'a narrowed board');

	// Found by words; the address keeps them, also over to the ranking.
	await page.getByRole('searchbox', { name: say('narrow-words') }).fill(`elsewhere ${lang} 37`);
	await expect(column.locator('[data-card]')).toHaveCount(1);
	await expect(page).toHaveURL(/q=elsewhere/);
	await page.getByRole('link', { name: say('roadmap-view-table'), exact: true }).click();
	const ranked = page.getByRole('list', { name: say('roadmap-view-table') }).locator(':scope > li');
	await expect(ranked).toHaveCount(1);
	await expect(page.getByText(say('list-of', { n: 1, total: 1 }))).toBeVisible();
	await page.getByRole('button', { name: say('narrow-clear') }).click();
	await expect(ranked.nth(1)).toBeVisible();

	// What another item needs is sought, not listed.
	const { items } = await read<{ items: Item[] }>(page, `/api/roadmap/items?owner=${encodeURIComponent(owner)}&limit=1`);
	await page.goto(`/roadmap/${items[0]!.id}`);
	await page.getByRole('button', { name: say('estimate'), exact: true }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel(say('estimate-team'), { exact: true }).fill('Archive');
	await dialog.getByRole('combobox', { name: say('estimate-need-add') }).pressSequentially(`elsewhere ${lang} 41`);
	await page.getByRole('option', { name: `Brought from elsewhere ${lang} 41` }).click();
	await expect(dialog.getByRole('button', { name: say('estimate-need-drop', { item: `Brought from elsewhere ${lang} 41` }) })).toBeVisible();
	await dialog.getByRole('button', { name: say('save') }).click();
	await expect(dialog).toBeHidden();
	await expect.poll(async () => (await read<{ needs: string[] }>(page, `/api/roadmap/items/${items[0]!.id}`)).needs.length).toBe(1);
});

test('the timeline says what comes when and what it waits for', async ({ as, lang, say }) => {
	const page = await as('curator');
	const owner = `Time ${lang}`;
	const make = async (data: object) => (await (await page.request.post('/api/roadmap/items', { data: { owner, ...data } })).json()) as Item;
	const needed = await make({ title: { [lang]: `Comes late ${lang}` }, half: '2031H2', status: 'planned' });
	const waiting = await make({ title: { [lang]: `Waits ${lang}` }, half: '2031H1', status: 'planned', needs: [needed.id] });
	const done = await make({ title: { [lang]: `Is out ${lang}` }, status: 'building' });
	await page.request.post(`/api/roadmap/items/${done.id}/move`, { data: { status: 'shipped' } });

	await page.goto(`/roadmap?view=half&owner=${encodeURIComponent(owner)}`);
	const group = page.getByRole('region', { name: owner });
	await expect(group.getByRole('listitem').filter({ hasText: `Is out ${lang}` })).toBeVisible();
	await page.goto(`/roadmap?view=half&from=2031H1&owner=${encodeURIComponent(owner)}`);
	const row = group.getByRole('listitem').filter({ has: page.locator(`a[href="/roadmap/${waiting.id}"]`) }).first();
	await expect(row).toContainText(say('bar-needs-late'));
	await expect(row.getByRole('link', { name: `Comes late ${lang}` })).toBeVisible();
	await expect_accessible(page, 'the timeline');

	// Moved to another half-year with the keyboard, and the wait is no longer in vain.
	await row.getByRole('button', { name: say('timeline-move', { item: `Waits ${lang}` }) }).press('Enter');
	await page.getByRole('menuitem').or(page.getByRole('menuitemradio')).filter({ hasText: say('half-second', { year: '2031' }) }).press('Enter');
	await expect.poll(async () => (await read<{ half: string }>(page, `/api/roadmap/items/${waiting.id}`)).half).toBe('2031H2');
	await expect(row).not.toContainText(say('bar-needs-late'));
	await page.getByLabel(say('timeline-by')).selectOption('area');
	await expect(page.getByRole('region', { name: say('timeline-none-area') })).toBeVisible();

	// On a phone one half-year stands below the other.
	await page.setViewportSize({ width: 390, height: 844 });
	await expect(page.getByRole('region', { name: say('half-second', { year: '2031' }) })).toContainText(`Waits ${lang}`);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
	await expect_accessible(page, 'the timeline on a phone');
});

test('the ranking and the half-year fit a phone', async ({ as }) => {
	const page = await as('viewer');
	await page.setViewportSize({ width: 390, height: 844 });
	for (const path of ['/roadmap?view=table', '/roadmap?view=plan', '/roadmap?view=half', '/roadmap']) {
		await page.goto(path);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await page.waitForTimeout(400);
		expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
		const body = page.locator('.roadmap > .body');
		if (path !== '/roadmap') expect(await body.evaluate((box) => box.scrollWidth - box.clientWidth), path).toBeLessThanOrEqual(0);
	}
	await expect_accessible(page, 'the roadmap on a phone');
});
