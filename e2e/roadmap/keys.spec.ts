// The loop with keys alone: a new item gets its tag, ships, and who asked is told.
import type { Locator, Page } from '@playwright/test';
import { test } from '../conversations/mailing.js';
import { expect } from '../house.js';

/** Goes on with Tab until something has the focus. */
async function tab_to(page: Page, wanted: Locator): Promise<void> {
	await expect(wanted).toBeVisible();
	for (let at = 0; at < 200; at++) {
		if (await wanted.evaluate((element) => element === document.activeElement)) return;
		await page.keyboard.press('Tab');
	}
	throw new Error(`no way to ${wanted.toString()}`);
}

test('an item is made, ships and is told without a mouse', async ({ someone, post, lang, say }) => {
	const page = await someone('owner');
	const made = async <T,>(path: string, data: unknown) => {
		const answer = await page.request.post(path, { data });
		expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
		return (await answer.json()) as T;
	};
	const label = { ko: `자판 필터 ${lang}`, en: `Keyed filters ${lang}` };
	const tag = await made<{ id: string }>('/api/tags', { label });
	const talk = await made<{ id: string }>('/api/conversations', { channel: 'call', person: { external_id: 'k', name: 'Minji', email: `keys-${lang}@example.com` }, text: label[lang] });
	await made(`/api/conversations/${talk.id}/taggings`, { tag_id: tag.id, kind: 'request' });

	await page.goto('/roadmap');
	await tab_to(page, page.getByRole('button', { name: say('item-new') }).first());
	await page.keyboard.press('Enter');
	const title = page.getByRole('group', { name: say(`language-${lang}`) }).getByLabel(say('item-title'));
	await expect(title).toBeFocused();
	await page.keyboard.type(`Keys ${lang}`);
	await tab_to(page, page.getByRole('button', { name: say('join-add') }));
	await page.keyboard.press('Enter');
	await expect(page.locator('input[role=combobox]')).toBeFocused();
	await page.keyboard.type(label[lang], { delay: 5 });
	await expect(page.locator('[role=option]').first()).toContainText(label[lang]);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('group', { name: label[lang] })).toBeVisible();
	await tab_to(page, page.getByRole('button', { name: say('save') }));
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Keys ${lang}`);

	await tab_to(page, page.getByRole('button', { name: say('item-status-change') }));
	await page.keyboard.press('Enter');
	const shipped = page.getByRole('menuitemradio', { name: say('item-status-shipped') });
	await expect(shipped).toBeVisible();
	for (let at = 0; at < 10 && !(await shipped.evaluate((element) => element === document.activeElement)); at++) await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await tab_to(page, page.getByRole('button', { name: say('news-tell') }).first());
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/news\/tell\//);
	await tab_to(page, page.getByRole('button', { name: say('tell-send-first'), exact: true }));
	await page.keyboard.press('Enter');
	await tab_to(page, page.getByRole('button', { name: say('tell-send'), exact: true }));
	await page.keyboard.press('Enter');
	await expect(page.locator('footer p')).toHaveText(new RegExp(`^\\s*${say('telling-state-done')}`), { timeout: 20_000 });
	expect(post.taken.filter((one) => one.to === `keys-${lang}@example.com`)).toHaveLength(1);
});
