// Exploring: cutting the counts, opening the words behind a number, the drawing, saving a view, the address that holds it all.
import { expect, expect_accessible, read, test } from '../house.js';

type Part = { key: string; conversations: number | null };
type Explored = { conversations: number; rows: Part[]; cells: { row: string; column: string; conversations: number | null }[] };

test('counts are cut, a number opens its words, and the address holds it', async ({ as, say }) => {
	const page = await as('agent');
	await page.goto('/tags');
	await page.getByRole('link', { name: say('tags-explore') }).first().click();
	await expect(page).toHaveURL(/\/tags\/explore$/);
	await expect(page.getByRole('heading', { level: 1, name: say('explore-title') })).toBeVisible();
	await page.getByRole('button', { name: say('period-menu') }).click();
	await page.getByRole('menuitemradio', { name: say('period-all') }).click();
	await page.getByRole('button', { name: say('explore-columns'), exact: true }).click();
	await page.getByRole('menuitemradio', { name: say('cut-channel') }).click();
	await expect(page).toHaveURL(/period=all/);
	await expect(page).toHaveURL(/columns=channel/);
	const all = await read<Explored>(page, '/api/explore?rows=plan&columns=channel');
	const cell = all.cells.filter((c) => (c.conversations ?? 0) > 0).sort((a, b) => a.conversations! - b.conversations!)[0]!;
	const table = page.getByRole('region', { name: say('explore-table') });
	await expect(table.getByRole('row')).toHaveCount(all.rows.length + 2);
	await table.locator(`a[href*="row=${encodeURIComponent(cell.row)}"][href*="column=${cell.column}"]`).first().click();
	await expect(page).toHaveURL(new RegExp(`column=${cell.column}`));
	const words = page.getByRole('region', { name: say('words-title') });
	const behind = await read<{ items: { conversation: { id: string } }[] }>(page, `/api/explore/evidence?plan=${encodeURIComponent(cell.row)}&channel=${cell.column}&limit=200`);
	expect(new Set(behind.items.map((e) => e.conversation.id)).size).toBe(cell.conversations);
	await expect(words.getByRole('listitem')).toHaveCount(Math.min(5, behind.items.length));
	// The same address shows the same to somebody else, and back goes back.
	await page.reload();
	await expect(words.getByRole('listitem')).toHaveCount(Math.min(5, behind.items.length));
	await page.goBack();
	await expect(page).not.toHaveURL(/column=/);
	await expect_accessible(page, 'the explorer');
});

test('feelings stand from the worst to the best, and the line below says whose they are', async ({ as, say }) => {
	const page = await as('agent');
	await page.goto('/tags/explore?period=all');
	await page.getByRole('button', { name: say('explore-rows'), exact: true }).click();
	await page.getByRole('menuitemradio', { name: say('cut-emotion') }).click();
	await expect(page).toHaveURL(/rows=emotion/);
	await expect(page.getByText(say('explore-note-emotion'))).toBeVisible();
	const all = await read<Explored>(page, '/api/explore?rows=emotion');
	const order = ['very_bad', 'bad', 'neutral', 'good', 'very_good', 'none'];
	expect(all.rows.length).toBeGreaterThan(1);
	expect(all.rows.map((row) => row.key)).toEqual(order.filter((key) => all.rows.some((row) => row.key === key)));
	expect(all.rows.reduce((sum, row) => sum + row.conversations!, 0)).toBe(all.conversations);
	const table = page.getByRole('region', { name: say('explore-table') });
	const words = all.rows.map(({ key }) => say(key === 'none' ? 'segment-none-emotion' : `valence-${key === 'neutral' ? 'even' : key.replace('_', '-')}`));
	await expect(table.getByRole('rowheader')).toHaveText([say('explore-all'), ...words]);
	await table.locator(`a[href*="row=${all.rows[0]!.key}"]`).first().click();
	await expect(page.getByRole('region', { name: say('words-title') }).getByRole('listitem').first()).toBeVisible();
	await expect_accessible(page, 'feelings in the explorer');
});

test('time is drawn, and a view is saved, shared and opened by somebody else', async ({ as, lang, say }) => {
	const page = await as('curator');
	await page.goto('/tags/explore?rows=week&columns=kind&period=all');
	await page.getByRole('link', { name: say('explore-as-chart') }).click();
	await expect(page.getByRole('img').first()).toBeVisible();
	await expect_accessible(page, 'the drawing');
	const name = lang === 'ko' ? '주별 유형' : 'Kinds by week';
	await page.getByRole('button', { name: say('views-saved') }).click();
	await page.getByLabel(say('view-name')).fill(name);
	await page.getByLabel(say('view-for-all')).check();
	await page.getByRole('button', { name: say('view-save') }).click();
	await expect(page.getByRole('dialog').getByRole('link', { name })).toBeVisible();
	await expect_accessible(page, 'saved views');
	const other = await as('viewer');
	await other.goto('/tags/explore');
	await other.getByRole('button', { name: say('views-saved') }).click();
	await other.getByRole('link', { name }).click();
	await expect(other).toHaveURL(/rows=week&columns=kind&show=chart/);
	await expect(other.getByRole('button', { name: say('view-delete', { name }) })).toHaveCount(0);
	await page.getByRole('button', { name: say('view-delete', { name }) }).click();
	await expect(page.getByRole('dialog').getByRole('link', { name })).toHaveCount(0);
});

test('a tag is chosen by keys, and its table is taken along', async ({ as, say }) => {
	const page = await as('agent');
	await page.goto('/tags/explore?period=all');
	const choose = page.getByRole('combobox', { name: say('explore-choose-tag') });
	await choose.focus();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/tags=tag_/);
	const href = await page.getByRole('link', { name: say('explore-csv') }).getAttribute('href');
	const table = await page.request.get(href!);
	expect(table.headers()['content-type']).toContain('text/csv');
	expect((await table.text()).split('\n')[0]).toBe('\ufeffplan,all,conversations,persons,teams,accounts');
});
