// The loop: an item ships, everybody who asked is looked at, told by mail, answers, and says that it was solved; another one
// is declined.
import { test } from '../conversations/mailing.js';
import { expect, expect_accessible, read } from '../house.js';

type Made = { id: string; person: { id: string } };
type Loop = { events: { kind: string; coverage: { asks: number; told: number; pending: number } }[] };

/** The address of the page that a mail leads to, wherever in its parts and however written it stands. */
function find_link(mail: string): string {
	const written = mail.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
	const encoded = (mail.match(/(?:[A-Za-z0-9+/]{60,}={0,2}\r?\n)+[A-Za-z0-9+/]*={0,2}/g) ?? []).map((part) => Buffer.from(part, 'base64').toString());
	const found = [written, ...encoded].map((text) => /https?:\/\/[^\s"<>]+\/told\/[^\s"<>?/]+/.exec(text)?.[0]).find(Boolean);
	if (!found) throw new Error(`no link in\n${mail}`);
	return found;
}

test('who asked is told, answers, and says that it was solved; then a refusal is told as well', async ({ someone, post, lang, say }) => {
	const page = await someone('owner');
	const owner = page;
	const made = async <T,>(path: string, data: unknown) => {
		const answer = await owner.request.post(path, { data });
		expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
		return (await answer.json()) as T;
	};
	await owner.request.put('/api/telling_settings', { data: { rate: 6000, four_eyes_over: 30 } });
	const tag = await made<{ id: string }>('/api/tags', { label: { ko: `보기 필터 ${lang}`, en: `Views and filters ${lang}` } });
	const item = await made<{ id: string }>('/api/roadmap/items', { title: { ko: `필터 유지 ${lang}`, en: `Views keep filters ${lang}` }, tags: [{ tag: tag.id, mode: 'include' }] });
	const words = lang === 'ko' ? '필터를 저장해도 새로고침하면 자꾸 풀려요.' : 'My filters vanish whenever I reload the page.';
	const asked: Made[] = [];
	for (const name of ['Minji', 'Daniel']) {
		const talk = await made<Made>('/api/conversations', { channel: 'call', person: { external_id: `${name}-${lang}`, name, email: `${name.toLowerCase()}-${lang}@example.com` }, text: words });
		await made(`/api/conversations/${talk.id}/taggings`, { tag_id: tag.id, kind: 'request' });
		asked.push(talk);
	}

	await page.goto(`/roadmap/${item.id}`);
	await page.getByRole('button', { name: say('item-status-change') }).click();
	await page.getByRole('menuitemradio', { name: say('item-status-shipped') }).click();
	await expect(page.getByRole('region', { name: say('loop-title') }).getByText(say('news-kind-shipped'), { exact: true })).toBeVisible();
	await page.getByRole('button', { name: say('news-tell') }).first().click();
	await expect(page).toHaveURL(/\/news\/tell\//);
	await expect(page.getByRole('heading', { level: 1 })).toContainText(say('news-kind-shipped'));
	await expect(page.locator('.letter blockquote')).toHaveText(words);
	await expect_accessible(page, 'preparing news');
	await page.setViewportSize({ width: 390, height: 844 });
	expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
	await page.setViewportSize({ width: 1440, height: 900 });
	// Nothing goes out before one is sure, and the safe answer is the nearest.
	const first = page.getByRole('button', { name: say('tell-send-first'), exact: true });
	await first.click();
	await expect(page.getByRole('button', { name: say('tell-not-yet') })).toBeFocused();
	await expect_accessible(page, 'being sure of news');
	await page.keyboard.press('Escape');
	await expect(first).toBeFocused();
	expect(post.taken.some((one) => one.to === `minji-${lang}@example.com`)).toBe(false);
	// What is being written would be lost.
	await page.getByRole('button', { name: say('tell-edit', { language: say('news-lang-en') }) }).click();
	await expect(first).toBeDisabled();
	await page.getByRole('button', { name: say('cancel') }).click();
	await first.click();
	await page.getByRole('button', { name: say('tell-send'), exact: true }).click();
	await expect(page.locator('footer p')).toHaveText(new RegExp(`^\\s*${say('telling-state-done')}`), { timeout: 20_000 });
	await expect_accessible(page, 'news that was sent');
	const link = find_link(post.taken.find((one) => one.to === `minji-${lang}@example.com`)!.text);

	// On the page of the mail nothing happens before a button is pressed.
	const reader = await page.context().browser()!.newContext({ javaScriptEnabled: false });
	const outside = await reader.newPage();
	const here = new URL(page.url());
	await outside.goto(`${here.origin}${new URL(link).pathname}?answer=yes`);
	const loop = () => read<Loop & { events: { solved: number }[] }>(page, `/api/roadmap/items/${item.id}/loop`);
	expect((await loop()).events[0]!.solved).toBe(0);
	await outside.getByRole('button').first().click();
	await expect(outside.getByRole('status')).toBeVisible();
	expect((await loop()).events[0]!.solved).toBe(1);
	await reader.close();

	// What they answer stands on the item.
	const told = await read<{ items: { conversation: { id: string } | null }[] }>(page, `/api/tellings/${page.url().split('/').pop()!.split('?')[0]}/messages`);
	const thread = told.items.find((one) => one.conversation)!.conversation!.id;
	await made(`/api/conversations/${thread}/entries`, { author: 'person', text: lang === 'ko' ? '고맙습니다, 잘 돼요!' : 'Thank you, it works!' });
	await page.goto(`/roadmap/${item.id}`);
	await expect(page.getByText(lang === 'ko' ? '고맙습니다, 잘 돼요!' : 'Thank you, it works!')).toBeVisible();
	await page.goto('/news');
	await expect_accessible(page, 'news');
	await expect(page.getByRole('link', { name: lang === 'ko' ? `필터 유지 ${lang}` : `Views keep filters ${lang}` })).toBeVisible();

	// Declined: told without the question.
	await page.goto(`/roadmap/${item.id}`);
	await page.getByRole('button', { name: say('item-status-change') }).click();
	await page.getByRole('menuitemradio', { name: say('item-status-declined') }).click();
	await expect(page.getByRole('region', { name: say('loop-title') }).getByText(say('news-kind-declined'), { exact: true })).toBeVisible();
	await page.getByRole('button', { name: say('news-tell') }).first().click();
	await expect(page.locator('.letter')).toBeVisible();
	await expect(page.getByText(say('tell-asks-solved'))).toHaveCount(0);
	await page.getByRole('button', { name: say('tell-send-first'), exact: true }).click();
	await page.getByRole('button', { name: say('tell-send'), exact: true }).click();
	await expect(page.locator('footer p')).toHaveText(new RegExp(`^\\s*${say('telling-state-done')}`), { timeout: 20_000 });
	await expect.poll(async () => (await loop()).events[0]!.coverage.told).toBe(2);
});
