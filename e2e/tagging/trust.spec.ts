// Tagging twice: somebody tags, a second person tags blind by keyboard, a curator decides with one key, agreement is told.
import { expect, expect_accessible, read, test, type Page } from '../house.js';

type Tag = { id: string; label: { ko?: string; en?: string }; parent: string | null; state: string };
type Rows = { items: { id: string }[] };
type Taggings = { items: { tag: string }[]; nothing: { id: string } | null };
type Next = { item: { id: string; said: { text: string }[] } | null; waiting: number };

const leaves = async (page: Page) => {
	const { items } = await read<{ items: Tag[] }>(page, '/api/tags');
	return items.filter((x) => x.parent && x.state === 'active' && x.label.ko && x.label.en && !items.some((y) => y.parent === x.id));
};
const tags_of = async (page: Page, id: string) => (await read<Taggings>(page, `/api/conversations/${id}/taggings`)).items.map((x) => x.tag);

async function draw(owner: Page, percent: number): Promise<void> {
	const etag = (await owner.request.get('/api/settings')).headers()['etag']!;
	const answer = await owner.request.patch('/api/settings', { data: { double_coding_percent: percent }, headers: { 'if-match': etag } });
	expect(answer.status(), await answer.text()).toBe(200);
}

/** A conversation of this story alone, tagged by the agent. */
async function say_and_tag(agent: Page, words: string, tag: string): Promise<string> {
	const said = await agent.request.post('/api/conversations', { data: { channel: 'chat', person: { external_id: words, name: 'Mina' }, text: words } });
	expect(said.status()).toBe(201);
	const { id } = (await said.json()) as { id: string };
	expect((await agent.request.post(`/api/conversations/${id}/taggings`, { data: { tag_id: tag } })).status()).toBe(201);
	return id;
}

test('a second person tags blind by keyboard; a curator decides with one key', async ({ as, lang, say }) => {
	const [owner, agent, page] = [await as('owner'), await as('agent'), await as('curator')];
	const [first, second] = (await leaves(agent)) as [Tag, Tag];
	await draw(owner, 100);
	const words = `Blind ${lang} ${Date.now()}`;
	const id = await say_and_tag(agent, words, first.id);
	await draw(owner, 2);

	await page.goto('/tags/agreement');
	// Other stories in this house may have been drawn as well, so how many wait is not known.
	await page.getByRole('main').locator('a[href="/tags/agreement/code"]').click();
	const shown = page.getByRole('article', { name: say('second-conversation') });
	// Another story may have been drawn too: it is left for somebody else.
	for (let left = 0; left < 20; left++) {
		await expect(shown).toBeVisible();
		if ((await shown.innerText()).includes(words)) break;
		await page.keyboard.press('j');
		await page.waitForTimeout(200);
	}
	await expect(shown).toContainText(words);
	await expect(page.getByText(first.label[lang]!)).toHaveCount(0);
	await expect_accessible(page, 'tagging blind');
	await page.keyboard.press('t');
	await page.getByRole('combobox').pressSequentially(second.label[lang]!, { delay: 5 });
	await expect(page.getByRole('option').first()).toContainText(second.label[lang]!);
	await page.keyboard.press('Enter');
	const yours = page.getByRole('group', { name: say('second-yours') });
	await expect(yours).toContainText(second.label[lang]!);
	await page.locator('h1').click();
	await page.keyboard.press('Enter');
	await expect(page.getByText(say('second-saved'))).toBeVisible();
	// The first person's tag stands as it stood: a second coding enters nothing.
	expect(await tags_of(agent, id)).toEqual([first.id]);
	// Whoever tagged it is never asked about it.
	const next = await read<Next>(agent, '/api/double-codings/next');
	expect(next.item?.said.some((one) => one.text === words) ?? false).toBe(false);

	await page.goto('/tags/agreement/decide');
	await expect(page.getByText(words)).toBeVisible();
	await expect_accessible(page, 'deciding');
	await page.keyboard.press('2');
	await expect(page.getByText(say('decide-done'))).toBeVisible();
	await expect.poll(() => tags_of(agent, id)).toEqual([second.id]);

	await page.goto('/tags/agreement');
	await expect(page.getByText(say('agreement-is-too_few')).first()).toBeVisible();
	await expect_accessible(page, 'agreement');
	await page.getByRole('link', { name: say('agreement-pair-n', { n: 1, of: 1 }) }).first().click();
	await expect(page.getByText(words)).toBeVisible();
	await expect_accessible(page, 'conversations tagged twice');
});

test('tags that two people take for each other wait for a curator', async ({ as, lang, say }) => {
	const [owner, agent, page] = [await as('owner'), await as('agent'), await as('curator')];
	const [first, second] = (await leaves(agent)).slice(4) as [Tag, Tag];
	const words = [1, 2].map((n) => `Confused ${n} ${lang} ${Date.now()}`);
	await draw(owner, 100);
	for (const text of words) await say_and_tag(agent, text, first.id);
	await draw(owner, 2);
	for (let place = '', found = 0; found < words.length; ) {
		const next: Next & { place: string } = await read(page, `/api/double-codings/next${place && `?after=${place}`}`);
		expect(next.item, 'what was drawn is asked about').not.toBeNull();
		const ours = next.item!.said.some((one) => words.includes(one.text));
		place = ours ? '' : next.place;
		if (!ours) continue;
		found++;
		expect((await page.request.post(`/api/double-codings/${next.item!.id}/coding`, { data: { tags: [second.id] } })).status()).toBe(204);
	}
	await page.goto('/tags/curate/confused');
	const row = page.getByRole('listitem').filter({ hasText: first.label[lang]! }).filter({ hasText: second.label[lang]! });
	await expect(row.getByText(say('curate-confused-n', { n: 2 }))).toBeVisible();
	await expect_accessible(page, 'what is taken for each other');
	await row.getByRole('link', { name: say('curate-confused-n', { n: 2 }) }).click();
	for (const text of words) await expect(page.getByText(text)).toBeVisible();
	await page.goBack();
	await row.getByRole('button', { name: say('curate-leave') }).click();
	await expect(row).toHaveCount(0);
});

test('the share is a setting', async ({ as, say }) => {
	const page = await as('owner');
	await page.goto('/settings/house');
	const share = page.getByLabel(say('house-double-percent'));
	await expect(share).toHaveValue('2');
	await share.fill('5');
	await page.getByRole('button', { name: say('save') }).click();
	await expect(page.getByText(say('house-saved'))).toBeVisible();
	const rows = await read<{ percent: number } & Partial<Rows>>(page, '/api/agreement');
	expect(rows.percent).toBe(5);
	await draw(page, 2);
});
