// How one is told: by mail for what one ticks, and by the browser, which is asked only on a click in one's own settings.
import { expect, expect_accessible } from '../house.js';
import { test } from './mailing.js';

for (const width of [1440, 390]) {
	test(`notifications by mail and by the browser are off until they are wanted (${width} wide)`, async ({ someone, say }) => {
		const page = await someone('agent', width);
		const times_asked = () => page.evaluate(() => Number(localStorage.getItem('times_asked') ?? 0));
		await page.addInitScript(() => {
			// A browser remembers what it was told, also after a reload; nobody clicks on its own question here.
			const times = () => Number(localStorage.getItem('times_asked') ?? 0);
			Object.defineProperty(Notification, 'permission', { get: () => (times() ? 'granted' : 'default') });
			Notification.requestPermission = () => {
				localStorage.setItem('times_asked', String(times() + 1));
				return Promise.resolve('granted');
			};
		});
		await page.goto('/inbox');
		await page.goto('/settings/me');
		const mention = page.getByRole('checkbox', { name: say('notifications-mail-mention') });
		await expect(mention).not.toBeChecked();
		expect(await times_asked(), 'nobody asked yet').toBe(0);
		await mention.check();
		await expect(page.getByText(say('own-saved')).first()).toBeVisible();
		await page.getByRole('button', { name: say('notifications-browser'), exact: true }).click();
		await expect(page.getByText(say('notifications-browser-on'))).toBeVisible();
		expect(await times_asked()).toBe(1);
		await expect_accessible(page, 'how I am told');
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
		await page.reload();
		await expect(mention).toBeChecked();
		await page.getByRole('button', { name: say('notifications-browser-stop') }).click();
		await expect(page.getByText(say('notifications-browser-off'))).toBeVisible();
	});
}
