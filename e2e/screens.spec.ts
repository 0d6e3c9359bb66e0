// Every screen, in both themes: nothing serious for those who cannot see or use a mouse, nothing wider than a phone.
import { expect, expect_accessible, test } from './house.js';
import { list_screens, settle } from './screens.js';

// Each screen is looked at once in each theme: in the light in Korean, in the dark in English.
const PARTS = 4;
for (let part = 0; part < PARTS; part++)
	test(`every screen is accessible, part ${part + 1} of ${PARTS}`, async ({ as, lang }) => {
		test.setTimeout(300_000);
		const theme = lang === 'ko' ? 'light' : 'dark';
		const page = await as('owner');
		await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
		const screens = await list_screens(page);
		for (const { name, path } of screens.filter((_, i) => i % PARTS === part)) {
			await page.goto(path);
			await settle(page);
			await expect_accessible(page, `${name}, ${theme}`);
		}
	});

test('every screen fits a phone', async ({ as }) => {
	test.setTimeout(120_000);
	const page = await as('owner');
	await page.setViewportSize({ width: 390, height: 844 });
	for (const { name, path } of await list_screens(page)) {
		await page.goto(path);
		await settle(page);
		const wide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth ?? 0));
		expect(wide, name).toBeLessThanOrEqual(390);
	}
});

test('a page that lost its server says so, keeps what is shown, and recovers', async ({ as, house, say }) => {
	const page = await as('viewer');
	await page.goto('/inbox?view=all');
	const rows = page.getByRole('list', { name: say('inbox-list') }).getByRole('listitem');
	await expect(rows.first()).toBeVisible();
	await house.stop();
	await expect(page.getByText(say('live-banner'))).toBeVisible({ timeout: 8000 });
	await expect(rows.first()).toBeVisible();
	await house.start();
	await expect(page.getByText(say('live-banner'))).toHaveCount(0, { timeout: 15_000 });
});
