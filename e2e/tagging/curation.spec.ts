// The curator's desk: proposing with words, adopting what was imported, merging with a preview, a draft, splitting by
// keyboard, undoing.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expect_accessible, read, test, type Page } from '../house.js';

type Tag = { id: string; path: string; label: { ko?: string; en?: string }; parent: string | null; state: string };
const list = async (page: Page) => (await read<{ items: Tag[] }>(page, '/api/tags')).items;
const count = async (page: Page, tag: string) => (await read<{ conversations: number }>(page, `/api/tags/${tag}/counts`)).conversations;

async function make_tag(page: Page, ko: string, en: string): Promise<string> {
	const made = await page.request.post('/api/tags', { data: { label: { ko, en } } });
	expect(made.status(), await made.text()).toBe(201);
	return ((await made.json()) as Tag).id;
}
async function say_and_tag(page: Page, text: string, tag: string): Promise<void> {
	const said = await page.request.post('/api/conversations', { data: { channel: 'chat', person: { external_id: `e-${Math.random()}`, name: 'Lee' }, text } });
	const id = ((await said.json()) as { id: string }).id;
	expect((await page.request.post(`/api/conversations/${id}/taggings`, { data: { tag_id: tag } })).status()).toBe(201);
}

test('an agent proposes with Shift+T and sees near tags; a curator adopts and looks at earlier words', async ({ as, lang, say }) => {
	const agent = await as('agent');
	const name = { ko: `달빛 읽기 ${lang}`, en: `Moonlight reading ${lang}` }[lang];
	const said = await agent.request.post('/api/conversations', { data: { channel: 'chat', person: { external_id: `m-${lang}`, name: 'Lee' }, text: `${name}: 이것이 있으면 좋겠어요.` } });
	const id = ((await said.json()) as { id: string }).id;
	await agent.goto(`/inbox/${id}?view=all`);
	await expect(agent.getByText(name).first()).toBeVisible();
	await agent.keyboard.press('Shift+T');
	const dialog = agent.getByRole('dialog');
	await dialog.getByLabel(say(`propose-${lang}`)).fill(lang === 'ko' ? '필터' : 'Filter');
	await expect(dialog.getByText(say('propose-nearest'))).toBeVisible();
	await dialog.getByLabel(say(`propose-${lang}`)).fill(name);
	await dialog.getByRole('button', { name: say('propose-do') }).click();
	await expect(dialog).toHaveCount(0);

	const page = await as('curator');
	await page.goto('/tags/curate/proposed');
	const tag = (await list(page)).find((x) => x.label[lang] === name)!;
	const row = page.locator(`[data-tag="${tag.id}"]`);
	await expect(row).toBeVisible();
	await expect_accessible(page, 'the queue');
	await row.getByRole('button', { name: say('tag-adopt') }).click();
	const found = page.getByRole('dialog');
	await expect(found.getByRole('checkbox').first()).toBeChecked();
	await expect_accessible(page, 'earlier words');
	await found.getByRole('button', { name: say('found-do', { n: 1 }) }).click();
	await expect.poll(() => count(page, tag.id)).toBe(1);
	expect((await list(page)).find((x) => x.id === tag.id)?.state).toBe('active');
});

test('imported tags wait, are merged into what is there or adopted, and undone', async ({ as, house, lang, say }) => {
	const page = await as('curator');
	const kept = await make_tag(page, `영수증 ${lang}`, `Receipts ${lang}`);
	const line = (n: number, tag: string) => JSON.stringify({ external_id: `imp-${lang}-${n}`, channel: 'email', opened_at: '2026-11-10T00:00:00Z', tags: [tag], entries: [{ external_id: '1', author: 'person', at: '2026-11-10T00:00:00Z', text: 'receipt' }] });
	const file = join(house.data, `old-${lang}.jsonl`);
	writeFileSync(file, [line(1, `receipt ${lang}`), line(2, `receipt ${lang}`), line(3, `lantern ${lang}`)].join('\n') + '\n');
	house.run(['import', file, '--format', 'jsonl', '--source', `olddesk-${lang}`]);
	await page.goto('/tags/curate/imported');
	const of = async (end: string) => (await list(page)).find((x) => x.state === 'imported' && x.path.endsWith(end))!.id;
	const row = (id: string) => page.locator(`[data-tag="${id}"]`);
	await row(await of(`/receipt-${lang}`)).getByRole('button', { name: say('curate-merge'), exact: true }).click();
	const dialog = page.getByRole('dialog');
	// The nearest tag is chosen already.
	await expect(dialog.getByText(say('impact-items'))).toBeVisible();
	await expect_accessible(page, 'merging');
	await dialog.getByRole('button', { name: say('tag-merge-do'), exact: true }).click();
	await expect(dialog).toHaveCount(0);
	await expect.poll(() => count(page, kept)).toBe(2);
	await page.keyboard.press('u');
	await expect.poll(() => count(page, kept)).toBe(0);
	await row(await of(`/lantern-${lang}`)).getByRole('button', { name: say('tag-adopt') }).click();
	await expect.poll(async () => (await list(page)).find((x) => x.path.endsWith(`lantern-${lang}`))?.state).toBe('active');
});

test('a draft collects operations, shows what they do, goes out whole and comes back in one step', async ({ as, lang, say }) => {
	const page = await as('curator');
	const [one, other] = [await make_tag(page, `돌다리 ${lang}`, ''), await make_tag(page, `징검 ${lang}`, '')];
	await page.goto('/tags/curate/missing');
	await page.getByLabel(say('curate-collecting')).check();
	await page.goto(`/tags/${one}`);
	const ops = [{ op: 'merge', tag: one, into: other }, { op: 'change', tag: other, label: { ko: `징검다리 ${lang}` } }];
	expect((await page.request.post('/api/curation/drafts', { data: { title: `다리 ${lang}`, ops } })).status()).toBe(201);
	await page.goto('/tags/curate/drafts');
	const line = page.locator('[data-change]').filter({ hasText: `다리 ${lang}` });
	await line.getByRole('button', { name: say('draft-impact') }).click();
	await expect(page.getByText(say('impact-items'))).toBeVisible();
	await expect_accessible(page, 'a draft');
	await page.getByRole('button', { name: say('draft-publish') }).click();
	await expect.poll(async () => (await list(page)).find((x) => x.id === other)?.label.ko).toBe(`징검다리 ${lang}`);
	expect((await list(page)).some((x) => x.id === one)).toBe(false);
	await page.goto('/tags/curate/changes');
	const done = page.locator('[data-change]').filter({ hasText: `다리 ${lang}` }).first();
	await expect_accessible(page, 'what was done');
	await done.getByRole('button', { name: say('change-undo') }).click();
	await expect.poll(async () => (await list(page)).some((x) => x.id === one)).toBe(true);
	expect((await list(page)).find((x) => x.id === other)?.label.ko).toBe(`징검 ${lang}`);
});

test('a tag is split by keyboard and undone', async ({ as, lang, say }) => {
	const page = await as('curator');
	const tag = await make_tag(page, `인쇄 ${lang}`, `Printing ${lang}`);
	for (const text of ['영수증을 인쇄하면 쪽이 잘려요', '영수증 인쇄가 흐려요', '보고서를 인쇄하고 싶어요']) await say_and_tag(page, text, tag);
	await page.goto(`/tags/curate/split/${tag}`);
	const names = [`영수증 인쇄 ${lang}`, `보고서 인쇄 ${lang}`];
	for (const [i, name] of names.entries()) await page.getByLabel(say('split-name-ko', { n: i + 1 })).fill(name);
	await page.getByRole('button', { name: say('split-sort') }).click();
	const rows = page.getByRole('list', { name: say('split-passages') }).getByRole('listitem');
	await expect(rows).toHaveCount(3);
	await expect_accessible(page, 'sorting');
	// Every passage with one key: receipts on the first tag, the report stays.
	for (let i = 0; i < 3; i++) {
		const row = rows.nth(i);
		await row.focus();
		await page.keyboard.press((await row.innerText()).includes('영수증을') || (await row.innerText()).includes('흐려요') ? '1' : '0');
	}
	await page.getByRole('button', { name: say('split-do', { n: 2 }) }).click();
	await expect(page).toHaveURL(new RegExp(`/tags/${tag}`));
	const child = (await list(page)).find((x) => x.label.ko === names[0])!;
	expect(await count(page, child.id)).toBe(2);
	await page.keyboard.press('u');
	await expect.poll(async () => (await list(page)).some((x) => x.id === child.id)).toBe(false);
	expect(await count(page, tag)).toBe(3);
});
