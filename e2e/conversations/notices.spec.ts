// How one is told: by mail for what one ticks, and by the browser, which is asked only on a click in one's own settings.
import { expect, expect_accessible } from '../house.js';
import { test } from './mailing.js';

for (const width of [1440, 390]) {
	test(`notices by mail and by the browser are off until they are wanted (${width} wide)`, async ({ someone, say }) => {
		const page = await someone('agent', width);
		await page.addInitScript(() => {
			const asked: number[] = [];
			Object.assign(window, { asked });
			Object.defineProperty(Notification, 'permission', { get: () => (asked.length ? 'granted' : 'default') });
			Notification.requestPermission = () => {
				asked.push(1);
				return Promise.resolve('granted');
			};
		});
		await page.goto('/inbox');
		await page.goto('/settings/me');
		const mention = page.getByRole('checkbox', { name: say('notices-mail-mention') });
		await expect(mention).not.toBeChecked();
		expect(await page.evaluate(() => (window as unknown as { asked: number[] }).asked.length), 'nobody asked yet').toBe(0);
		await mention.check();
		await expect(page.getByText(say('own-saved')).first()).toBeVisible();
		await page.getByRole('button', { name: say('notices-browser'), exact: true }).click();
		await expect(page.getByText(say('notices-browser-on'))).toBeVisible();
		expect(await page.evaluate(() => (window as unknown as { asked: number[] }).asked.length)).toBe(1);
		await expect_accessible(page, 'how I am told');
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
		await page.reload();
		await expect(mention).toBeChecked();
		await page.getByRole('button', { name: say('notices-browser-stop') }).click();
		await expect(page.getByText(say('notices-browser-off'))).toBeVisible();
	});
}
