// Requests with their votes, kept elsewhere until now: they count at once, and whoever was not told there is told from here.
import { test } from '../conversations/mailing.js';
import { expect, expect_accessible, read } from '../house.js';

const TABLE = [
	'title,status,date,voter email,voter,company,why',
	'Print a report,shipped,2026-05-03,min@a.example,민지,한빛출판,우리 팀은 매주 종이로 돌려 봐요',
	'Print a report,shipped,2026-05-04,lee@b.example,Lee,Fernhill,',
	'Print a report,shipped,2026-05-05,kim@b.example,Kim,Fernhill,',
	'Print a report,shipped,2026-05-06,solo@c.example,Solo,,',
	'Offline maps,under review,2026-05-04,lee@b.example,Lee,Fernhill,'
].join('\n');

test('votes from elsewhere count, and where their item stands can be made news', async ({ someone, post, say, lang }) => {
	const page = await someone('owner');
	await page.goto('/settings/imports');
	await page.getByLabel(say('import-file')).setInputFiles({ name: 'wishes.csv', mimeType: 'text/csv', buffer: Buffer.from(TABLE) });
	await page.getByRole('button', { name: say('import-do') }).click();
	await expect(page.getByRole('region', { name: say('imports-before') }).getByText(say('import-state-done'))).toBeVisible({ timeout: 20_000 });

	await page.goto('/roadmap');
	const shipped = page.getByRole('region', { name: say('item-status-shipped') });
	const four = lang === 'ko' ? '4명 · 2곳' : `${say('counted-persons', { n: 4 })} · ${say('counted-accounts', { n: 2 })}`;
	await expect(shipped.getByRole('listitem').filter({ hasText: 'Print a report' })).toContainText(four);
	await shipped.getByRole('link', { name: 'Print a report' }).click();

	// Who asks, with their words where they left some.
	await expect(page.getByRole('heading', { name: `${say('item-people')} · ${four}` })).toBeVisible();
	const lee = page.getByRole('complementary').getByRole('listitem').filter({ hasText: 'Lee' });
	await expect(lee).toContainText(say('asked-by-vote'));
	await expect(page.getByRole('region', { name: say('asked-directly') })).toContainText('우리 팀은 매주 종이로 돌려 봐요');
	await expect_accessible(page, 'an item with votes from elsewhere');

	const loop = page.getByRole('region', { name: say('loop-title') });
	await loop.getByRole('button', { name: say('news-unsaid-do') }).click();
	await expect(loop.getByText(say('news-kind-shipped'), { exact: true })).toBeVisible();
	await expect(loop.getByRole('button', { name: say('news-unsaid-do') })).toHaveCount(0);
	await page.request.put('/api/telling_settings', { data: { rate: 6000, four_eyes_over: 30 } });
	await page.getByRole('button', { name: say('news-tell') }).first().click();
	await page.getByRole('button', { name: say('tell-send-first'), exact: true }).click();
	await page.getByRole('button', { name: say('tell-send'), exact: true }).click();
	await expect(page.locator('footer p')).toHaveText(new RegExp(`^\\s*${say('telling-state-done')}`), { timeout: 20_000 });
	expect(post.taken.map((one) => one.to).sort()).toEqual(['kim@b.example', 'lee@b.example', 'min@a.example', 'solo@c.example']);

	// The one whose item is still open waits, and that stands beside their name.
	const { items } = await read<{ items: { id: string }[] }>(page, '/api/persons?q=Lee');
	await page.goto(`/people/${items[0]!.id}`);
	await expect(page.getByRole('listitem').filter({ hasText: 'Offline maps' })).toContainText(say('ask-direct'));
});
