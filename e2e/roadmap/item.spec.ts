// A roadmap item: its words and numbers move while somebody tags; the board is worked by keyboard.
import { expect, read, test } from '../house.js';

type Item = { id: string; status: string; title: { ko?: string; en?: string }; tags: { tag: string; mode: string; kinds: string[] }[] };
type Evidence = { conversations: number; items: { conversation: { id: string } }[] };

test('the count and the passages move while somebody tags elsewhere', async ({ as, lang }) => {
	const [page, other] = [await as('curator'), await as('agent')];
	const { items } = await read<{ items: Item[] }>(page, '/api/roadmap/items');
	const item = items.find((i) => i.tags.some((x) => x.mode === 'include'))!;
	const joined = item.tags.find((x) => x.mode === 'include')!;
	const before = await read<Evidence>(page, `/api/roadmap/items/${item.id}/evidence?limit=200`);
	const counted = new Set(before.items.map((e) => e.conversation.id));
	const rows = await read<{ items: { id: string; person: unknown }[] }>(page, '/api/conversations?view=all&limit=200');
	const fresh = rows.items.filter((c) => c.person && !counted.has(c.id)).at(-1)!;

	await page.goto(`/roadmap/${item.id}`);
	const summary = page.locator('.summary');
	const shown = (n: number) => (lang === 'ko' ? `${n}건` : `${n} conversation`);
	await expect(summary).toContainText(shown(before.conversations));
	const made = await other.request.post(`/api/conversations/${fresh.id}/taggings`, { data: { tag_id: joined.tag, ...(joined.kinds[0] ? { kind: joined.kinds[0] } : {}) } });
	expect(made.status()).toBe(201);
	await expect(summary).toContainText(shown(before.conversations + 1), { timeout: 5000 });
	const { id } = (await made.json()) as { id: string };
	expect((await other.request.delete(`/api/taggings/${id}`)).ok()).toBe(true);
	await expect(summary).toContainText(shown(before.conversations), { timeout: 5000 });
});

test('the board is worked with the keyboard and undone', async ({ as }) => {
	const page = await as('curator');
	await page.goto('/roadmap');
	const { items } = await read<{ items: Item[] }>(page, '/api/roadmap/items');
	const item = items.find((i) => i.status === 'planned')!;
	const status = async () => (await read<Item>(page, `/api/roadmap/items/${item.id}`)).status;
	await page.locator(`[data-card="${item.id}"] a`).focus();
	await page.keyboard.press('Shift+ArrowRight');
	await expect.poll(status).toBe('building');
	await expect(page.locator(`[data-card="${item.id}"] a`)).toBeFocused();
	await page.keyboard.press('u');
	await expect.poll(status).toBe('planned');
});

test('a card is dragged to another column', async ({ as, say }) => {
	const page = await as('curator');
	await page.goto('/roadmap');
	const { items } = await read<{ items: Item[] }>(page, '/api/roadmap/items');
	const item = items.find((i) => i.status === 'considering')!;
	await page.locator(`[data-card="${item.id}"]`).dragTo(page.getByRole('region', { name: say('item-status-planned') }));
	await expect.poll(async () => (await read<Item>(page, `/api/roadmap/items/${item.id}`)).status).toBe('planned');
});

test('an item is written in both languages and loses nothing when the server refuses it', async ({ as, lang, say }) => {
	const page = await as('curator');
	await page.goto('/roadmap');
	await page.getByRole('button', { name: say('item-new') }).first().click();
	await expect(page.getByRole('group', { name: say(`language-${lang}`) }).getByLabel(say('item-title'))).toBeFocused();
	const title = { ko: `새 과제 ${lang}`, en: `New thing ${lang}` };
	await page.getByRole('group', { name: say('language-ko') }).getByLabel(say('item-title')).fill(title.ko);
	await page.getByRole('group', { name: say('language-en') }).getByLabel(say('item-title')).fill(title.en);
	const { items } = await read<{ items: { key: string | null }[] }>(page, '/api/roadmap/items');
	// This key is taken.
	await page.getByLabel(say('item-key')).fill(items.find((i) => i.key)!.key!);
	await page.getByRole('button', { name: say('save') }).click();
	await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
	await expect(page.getByRole('group', { name: say('language-ko') }).getByLabel(say('item-title'))).toHaveValue(title.ko);
	await page.getByLabel(say('item-key')).fill(`NEW-${lang}`);
	await page.getByRole('button', { name: say('save') }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(title[lang]);
});
