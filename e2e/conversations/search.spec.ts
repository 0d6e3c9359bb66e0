// Search: Korean with and without particles, English stems, unspaced compounds; the words are marked.
import { expect, test } from '../house.js';

test('words are found in both languages and marked', async ({ as, say }) => {
	const page = await as('viewer');
	for (const [typed, marked] of [
		['필터를', /필터/],
		['exporting', /export/i]
	] as const) {
		await page.goto('/');
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await page.keyboard.press('/');
		await expect(page).toHaveURL(/\/search/);
		await page.getByRole('searchbox', { name: say('search') }).fill(typed);
		const hits = page.getByRole('list', { name: say('search-room-conversations') }).getByRole('listitem');
		await expect(hits.first()).toBeVisible();
		await expect(hits.first().locator('mark').first()).toHaveText(marked);
		expect(await hits.count()).toBeGreaterThan(1);
		await expect(page, 'the address can be sent to somebody').toHaveURL(new RegExp(`q=${encodeURIComponent(typed)}`));
	}
	await page.getByRole('searchbox', { name: say('search') }).fill('엉뚱한낱말조합없음');
	await expect(page.getByText(say('search-none-detail'))).toBeVisible();
});
