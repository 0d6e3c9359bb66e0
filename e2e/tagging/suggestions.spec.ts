// Suggestions: a fresh tag by its name, its words underlined, taken by a digit; kept back where that is the rule; earlier
// answers beside the thread; tags for a roadmap item from its text; and how good it all is, in the settings.
import { expect, expect_accessible, read, test, type Page } from '../house.js';

type Taggings = { items: { tag: string; origin: string }[]; nothing: { id: string } | null };

async function say_in(page: Page, text: string, at?: string): Promise<string> {
	const person = `p${Math.random()}`;
	const made = await page.request.post('/api/conversations', { data: { channel: 'chat', person: { external_id: person, name: '한서윤' }, text, ...(at ? { at } : {}) } });
	expect(made.status(), await made.text()).toBe(201);
	return ((await made.json()) as { id: string }).id;
}
async function keep_back(page: Page, share: number): Promise<void> {
	const now = await page.request.get('/api/settings');
	const done = await page.request.patch('/api/settings', { headers: { 'if-match': now.headers()['etag']! }, data: { unsuggested_share: share } });
	expect(done.status(), await done.text()).toBe(200);
}
async function make_tag(page: Page, ko: string, en: string): Promise<string> {
	const made = await page.request.post('/api/tags', { data: { label: { ko, en }, definition: { ko: `${ko}에 관한 말`, en: `What is said of ${en}` } } });
	expect(made.status(), await made.text()).toBe(201);
	return ((await made.json()) as { id: string }).id;
}
const row_of = (page: Page, say: (key: string) => string) => page.getByRole('group', { name: say('tags-of-conversation') });

test('a tag made this minute is suggested with its words, taken by its digit, and taken off again', async ({ as, lang, say }) => {
	const page = await as('owner');
	await keep_back(page, 0);
	const [ko, en] = [`달무리${lang}`, `moonhalo${lang}`];
	const tag = await make_tag(page, ko, en);
	const name = lang === 'ko' ? ko : en;
	const id = await say_in(page, lang === 'ko' ? `어제부터 ${ko} 화면이 자꾸 꺼져요` : `Since yesterday the ${en} screen goes dark`);
	await page.goto(`/inbox/${id}?view=all`);
	const suggestion = row_of(page, say).getByRole('button', { name: new RegExp(`${say('suggested')}.*${name}.*%`) });
	await expect(suggestion).toBeVisible();
	await expect(suggestion).toHaveAttribute('title', new RegExp(say('suggested-why-label').replace(/[.()]/g, '\\$&')));
	await expect(page.locator('.hinted').filter({ hasText: name })).toBeVisible();
	await expect_accessible(page, 'a thread with suggestions');
	const digit = (await suggestion.locator('kbd').textContent())!.trim();
	await page.keyboard.press(digit);
	await expect.poll(async () => (await read<Taggings>(page, `/api/conversations/${id}/taggings`)).items.map((x) => [x.tag, x.origin])).toEqual([[tag, 'accepted']]);
	await page.keyboard.press(digit);
	await expect.poll(async () => (await read<Taggings>(page, `/api/conversations/${id}/taggings`)).items.length).toBe(0);
});

test('a share of conversations keeps suggestions back and says so', async ({ as, lang, say }) => {
	const page = await as('owner');
	const tag = lang === 'ko' ? `서리꽃${lang}` : `frostflower${lang}`;
	await make_tag(page, `서리꽃${lang}`, `frostflower${lang}`);
	// What was said is learned from once something is tagged.
	await keep_back(page, 1);
	try {
		const id = await say_in(page, `${tag} ${tag}`);
		await page.goto(`/inbox/${id}?view=all`);
		await expect(row_of(page, say)).toContainText(say('suggested-kept-back'));
		await expect(row_of(page, say).getByRole('button', { name: new RegExp(tag) })).toHaveCount(0);
		await expect_accessible(page, 'a thread that keeps suggestions back');
	} finally {
		await keep_back(page, 0);
	}
});

test('earlier conversations stand beside the thread with their answers', async ({ as, lang, say }) => {
	const page = await as('owner');
	await keep_back(page, 0);
	const asked = lang === 'ko' ? '표를 내려받으면 연결된 칸의 이름이 빠져서 엑셀에서 못 씁니다' : 'Downloading a table loses the names of linked columns in the spreadsheet';
	const answer = lang === 'ko' ? '내려받을 때 이름도 함께를 켜 주세요.' : 'Please switch on names as well when downloading.';
	const tag = await make_tag(page, `내려받기${lang}`, `Downloading${lang}`);
	const before = await say_in(page, asked, '2026-01-05T00:00:00Z');
	const said = await page.request.post(`/api/conversations/${before}/entries`, { data: { author: 'staff', text: answer, at: '2026-01-05T01:00:00Z' } });
	expect(said.status(), await said.text()).toBe(201);
	expect((await page.request.post(`/api/conversations/${before}/taggings`, { data: { tag_id: tag } })).status()).toBe(201);
	const now = await say_in(page, lang === 'ko' ? '연결된 칸의 이름이 빠진 채로 표가 내려받아져요' : 'The downloaded table has no names of linked columns');
	await expect.poll(async () => (await read<{ items: unknown[] }>(page, `/api/conversations/${now}/similar`)).items.length, { timeout: 30_000 }).toBeGreaterThan(0);
	await page.goto(`/inbox/${now}?view=all`);
	const similar = page.getByRole('region', { name: say('similar-title') });
	await expect(similar.getByText(answer)).toBeVisible();
	await similar.getByRole('button', { name: say('similar-use') }).first().click();
	await expect(page.locator('footer textarea').first()).toHaveValue(new RegExp(answer.slice(0, 8)));
	await expect_accessible(page, 'a thread beside earlier ones');
	await similar.getByRole('link', { name: new RegExp(asked.slice(0, 12)) }).click();
	await expect(page).toHaveURL(new RegExp(before));
});

test('a roadmap item gets tags from its text', async ({ as, lang, say }) => {
	const page = await as('owner');
	const name = lang === 'ko' ? `윤슬${lang}` : `glimmer${lang}`;
	await make_tag(page, `윤슬${lang}`, `glimmer${lang}`);
	await page.goto('/roadmap');
	await page.getByRole('button', { name: say('item-new'), exact: true }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel(say('item-problem')).first().fill(lang === 'ko' ? `${name} 표시가 너무 느리다` : `The ${name} display is far too slow`);
	const group = dialog.getByRole('group', { name: say('for-text-title') });
	const pick = group.getByRole('button', { name: new RegExp(name) });
	await expect(pick).toBeVisible();
	await expect_accessible(page, 'an item with suggested tags');
	await pick.click();
	await expect(dialog.getByRole('group', { name: new RegExp(name) }).first()).toBeVisible();
	await expect(pick).toHaveCount(0);
});

test('the settings tell how good suggestions are and set the share that shows none', async ({ as, say }) => {
	const page = await as('owner');
	await page.goto('/settings/suggestions');
	const share = page.getByLabel(say('quality-share'));
	await expect(share).toBeVisible();
	await share.fill('7.5');
	await page.getByRole('button', { name: say('save') }).click();
	await expect.poll(async () => (await read<{ unsuggested_share: number }>(page, '/api/settings')).unsuggested_share).toBe(0.075);
	await expect_accessible(page, 'how good suggestions are');
	await keep_back(page, 0.05);
});
