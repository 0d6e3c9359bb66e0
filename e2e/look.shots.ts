// Pictures for looking at.
import { test } from './house.js';
import { list_screens, settle } from './screens.js';
import { furnish } from './world.js';

test('every screen', async ({ as, house, lang }) => {
	const only = process.env.ONLY?.split(',');
	const page = await as('owner');
	const world = await furnish(house, as, lang);
	const screens = (await list_screens(page, world)).filter((s) => !only || only.includes(s.name));
	for (const theme of (process.env.THEMES ?? 'light,dark').split(',') as ('light' | 'dark')[]) {
		await page.emulateMedia({ colorScheme: theme });
		for (const width of (process.env.WIDTHS ?? '1440,390').split(',').map(Number)) {
			await page.setViewportSize({ width, height: width > 1000 ? 900 : 844 });
			for (const { name, path } of screens) {
				await page.goto(path);
				await settle(page);
				await page.screenshot({ path: `shots/${lang}-${theme}-${width}-${name}.png` });
			}
		}
	}
});
