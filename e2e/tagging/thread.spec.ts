// Tagging in the thread: by keyboard only, on a passage, undone, and seen by somebody else at once.
import { expect, read, test, type Page } from '../house.js';

type Row = { id: string; language: string | null; tags: unknown[]; tag_state: string };
type Taggings = { items: { id: string; tag: string; kind: string | null; passage: { quote: string } | null }[]; nothing: { id: string } | null };
type Tags = { items: { id: string; path: string; label: { ko?: string; en?: string }; parent: string | null; state: string }[] };

/** Conversations that nobody tagged, so that stories do not meet. */
async function find_untagged(page: Page, n: number): Promise<string> {
	const { items } = await read<{ items: Row[] }>(page, '/api/conversations?view=untagged&limit=200');
	if (items[n]) return items[n].id;
	const all = await read<{ items: Row[] }>(page, '/api/conversations?view=all&limit=200');
	const id = all.items[40 + n]!.id;
	for (const tagging of (await read<Taggings>(page, `/api/conversations/${id}/taggings`)).items) await page.request.delete(`/api/taggings/${tagging.id}`);
	return id;
}
const taggings_of = (page: Page, id: string) => read<Taggings>(page, `/api/conversations/${id}/taggings`);
async function find_leaf(page: Page, skip = 0) {
	const { items } = await read<Tags>(page, '/api/tags');
	return items.filter((x) => x.parent && x.state === 'active' && x.label.en && x.label.ko && !items.some((y) => y.parent === x.id))[skip]!;
}
const row_of = (page: Page, say: (key: string) => string) => page.getByRole('group', { name: say('tags-of-conversation') });

test('by keyboard only: find, kind, undo, nothing to tag', async ({ as, lang, say }) => {
	const page = await as('agent');
	const id = await find_untagged(page, 0);
	const tag = await find_leaf(page);
	await page.goto(`/inbox/${id}?view=all`);
	await expect(row_of(page, say)).toBeVisible();
	await page.keyboard.press('t');
	await page.getByRole('combobox').pressSequentially(tag.label[lang]!, { delay: 5 });
	await expect(page.getByRole('option').first()).toContainText(tag.label[lang]!);
	await page.keyboard.press('Enter');
	await expect.poll(async () => (await taggings_of(page, id)).items.map((x) => x.tag)).toEqual([tag.id]);
	// The new tag has the focus: a letter says what kind of saying it was.
	await page.keyboard.press('b');
	await expect.poll(async () => (await taggings_of(page, id)).items.map((x) => x.kind)).toEqual(['bug']);
	await page.keyboard.press('u');
	await expect.poll(async () => (await taggings_of(page, id)).items.map((x) => x.kind)).toEqual([null]);
	await page.keyboard.press('u');
	await expect.poll(async () => (await taggings_of(page, id)).items.length).toBe(0);
	// What still stands there while the answer is on its way is no untagged conversation.
	await expect(row_of(page, say).locator('.pill')).toHaveCount(0);
	await page.keyboard.press('0');
	await expect.poll(async () => (await taggings_of(page, id)).nothing !== null).toBe(true);
	await page.keyboard.press('u');
	await expect.poll(async () => (await taggings_of(page, id)).nothing).toBeNull();
});

test('a passage: chosen words carry the tag', async ({ as, lang, say }) => {
	const page = await as('agent');
	const text = 'Thursday morning came and the quarterly report had still not arrived, although it was promised for Wednesday.';
	const made = await page.request.post('/api/conversations', { data: { channel: 'chat', person: { external_id: `passage-${lang}`, name: `Passage ${lang}` }, text } });
	expect(made.status()).toBe(201);
	const { id } = (await made.json()) as { id: string };
	const tag = await find_leaf(page, 1);
	await page.goto(`/inbox/${id}?view=all`);
	await expect(row_of(page, say)).toBeVisible();
	const entries = page.getByRole('region', { name: say('entries') });
	await expect(entries.locator('[data-entry], [id^="ent_"]').first()).toBeVisible();
	const words = await entries.evaluate((box) => {
		// The first stretch of text that is long enough to choose from: underlined words cut a text into several.
		const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
		for (let node = walk.nextNode(); node; node = walk.nextNode()) {
			const text = node.textContent ?? '';
			if (text.trim().length < 8 || !node.parentElement?.closest('[id^="ent_"]')) continue;
			if (node.parentElement.closest('header, time, h2, b')) continue;
			const from = text.search(/\S/);
			const range = document.createRange();
			range.setStart(node, from);
			range.setEnd(node, Math.min(from + 12, from + text.trim().length));
			const chosen = window.getSelection()!;
			chosen.removeAllRanges();
			chosen.addRange(range);
			return chosen.toString();
		}
		return '';
	});
	expect(words.length).toBeGreaterThan(5);
	await page.keyboard.press('t');
	await expect(page.getByRole('dialog')).toContainText(words.trim());
	await page.getByRole('combobox').fill(tag.label[lang]!);
	await page.keyboard.press('Enter');
	await expect.poll(async () => (await taggings_of(page, id)).items.map((x) => x.passage?.quote)).toEqual([words.trim()]);
	await page.reload();
	await expect(entries.locator('mark').first()).toContainText(words.trim().slice(0, 6));
});

test('a second browser sees the count move', async ({ as, lang, say }) => {
	const [here, there] = [await as('agent'), await as('curator')];
	const id = await find_untagged(here, 2);
	const tag = await find_leaf(here, 2);
	await there.goto(`/tags/${tag.id}?period=all`);
	const figure = there.locator('.figure .value').first();
	await expect(figure).toBeVisible();
	const count = async () => (await read<{ conversations: number }>(there, `/api/tags/${tag.id}/counts`)).conversations;
	const before = await count();
	const shown = (n: number) => (lang === 'ko' ? `${n}건` : n === 1 ? '1 conversation' : `${n} conversations`);
	await expect(figure).toContainText(String(before));
	await here.goto(`/inbox/${id}?view=all`);
	await expect(row_of(here, say)).toBeVisible();
	await here.keyboard.press('t');
	await here.getByRole('combobox').fill(tag.label[lang]!);
	await here.keyboard.press('Enter');
	// Nobody touches the second browser.
	await expect(figure).toContainText(shown(before + 1).replace(/^대화 /, ''), { timeout: 5000 });
	await expect(there.locator('#words a.quote').first()).toBeVisible();
});

test('what is tagged without a network is kept, and sent when it is back', async ({ as, lang, say }) => {
	const page = await as('agent');
	const id = await find_untagged(page, 3);
	const tag = await find_leaf(page, 3);
	await page.goto(`/inbox/${id}?view=all`);
	await expect(row_of(page, say)).toBeVisible();
	await page.keyboard.press('t');
	await page.getByRole('combobox').fill(tag.label[lang]!);
	await expect(page.getByRole('option').first()).toContainText(tag.label[lang]!);
	await page.context().setOffline(true);
	await page.keyboard.press('Enter');
	await expect(row_of(page, say)).toContainText(tag.label[lang]!);
	await expect(page.getByRole('status').filter({ hasText: say('queue-waiting', { n: 1 }) })).toBeVisible({ timeout: 10_000 });
	expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('sarang.queue.')).length)).toBeGreaterThan(0);
	await page.context().setOffline(false);
	await expect.poll(async () => (await taggings_of(page, id)).items.map((x) => x.tag), { timeout: 20_000 }).toEqual([tag.id]);
	await expect(page.getByRole('status').filter({ hasText: say('queue-waiting', { n: 1 }) })).toHaveCount(0);
});

test('eight tabs of one browser share one live stream and all hear', async ({ as, lang }) => {
	test.setTimeout(120_000);
	const first = await as('curator');
	const other = await as('agent');
	const tag = await find_leaf(first, 4);
	const pages = [first];
	for (let i = 1; i < 8; i++) pages.push(await first.context().newPage());
	let streams = 0;
	first.context().on('request', (request) => request.url().endsWith('/api/events') && streams++);
	await Promise.all(pages.map((page) => page.goto(`/tags/${tag.id}?period=all`, { waitUntil: 'commit' })));
	for (const page of pages) await expect(page.locator('.figure .value').first()).toBeVisible({ timeout: 40_000 });
	expect(streams).toBe(1);
	const before = (await read<{ conversations: number }>(first, `/api/tags/${tag.id}/counts`)).conversations;
	const id = await find_untagged(other, 4);
	const made = await other.request.post(`/api/conversations/${id}/taggings`, { data: { tag_id: tag.id } });
	expect(made.status()).toBe(201);
	for (const page of pages) await expect(page.locator('.figure .value').first()).toContainText(lang === 'ko' ? `${before + 1}건` : new RegExp(`^${before + 1} `), { timeout: 10_000 });
});
