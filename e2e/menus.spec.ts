// Menus: opened, left and chosen from; the page below answers the mouse again at once.
import { expect, test } from './house.js';

test('a menu that was closed gives the page back to the mouse', async ({ as, say }) => {
	const page = await as('owner');
	await page.goto('/inbox?view=all');
	const views = page.getByRole('list', { name: say('inbox-list') });
	await expect(views.getByRole('listitem').first()).toBeVisible();
	const menu = page.getByRole('menu');
	const click_a_row = (n: number) => views.getByRole('listitem').nth(n).click({ timeout: 3000 });
	for (const [n, leave] of [() => page.keyboard.press('Escape'), () => page.mouse.click(1000, 600), () => page.getByRole('menuitemradio').nth(1).click()].entries()) {
		await page.getByRole('button', { name: say('sort-menu') }).click();
		await expect(menu).toBeVisible();
		await leave();
		await expect(menu).toHaveCount(0);
		await click_a_row(n);
		await expect(page).toHaveURL(/\/inbox\/cnv_/);
		await page.goto('/inbox?view=all');
	}
});
