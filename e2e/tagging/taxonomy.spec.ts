// The taxonomy: the tree by keyboard, writing in both languages, somebody else's change, retiring and bringing back.
import { expect, read, test } from '../house.js';

type Tag = { id: string; label: { ko?: string; en?: string }; parent: string | null; state: string; rev: number; definition: { ko?: string; en?: string } };
const list = (page: Parameters<typeof read>[0]) => read<{ items: Tag[] }>(page, '/api/tags');

test('the tree is walked with the arrows, and the address follows', async ({ as, say }) => {
	const page = await as('curator');
	await page.goto('/tags');
	const tree = page.getByRole('tree', { name: say('tags-title') });
	// The first that has others below it: stories beside this one put tags of their own on top.
	const parent = await tree.locator('[role="treeitem"][aria-expanded]').first().getAttribute('data-id');
	const row = tree.locator(`[role="treeitem"][data-id="${parent}"]`);
	await row.focus();
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(new RegExp(`/tags/${parent}`));
	await page.keyboard.press('ArrowLeft');
	await expect(row).toHaveAttribute('aria-expanded', 'false');
	await page.keyboard.press('ArrowRight');
	await expect(row).toHaveAttribute('aria-expanded', 'true');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Enter');
	await expect(page).not.toHaveURL(new RegExp(`/tags/${parent}$`));
	await page.goBack();
	await expect(page).toHaveURL(new RegExp(`/tags/${parent}`));
});

test('a tag is written in both languages; a stale change keeps what was typed', async ({ as, say }) => {
	const page = await as('curator');
	const tag = (await list(page)).items.filter((x) => x.parent && x.state === 'active')[6]!;
	await page.goto(`/tags/${tag.id}`);
	await page.getByRole('button', { name: say('edit'), exact: true }).click();
	const korean = page.getByRole('group', { name: say('language-ko') });
	await korean.getByLabel(say('tag-definition')).fill('새로 적은 뜻입니다.');
	// Meanwhile somebody else is faster.
	const now = (await list(page)).items.find((x) => x.id === tag.id)!;
	const other = await page.request.patch(`/api/tags/${tag.id}`, { data: { definition: { ...now.definition, en: 'Changed meanwhile.' } }, headers: { 'if-match': `"${now.rev}"` } });
	expect(other.status()).toBe(200);
	await page.getByRole('button', { name: say('save') }).click();
	await expect(page.getByText(say('tag-stale'))).toBeVisible();
	await expect(korean.getByLabel(say('tag-definition'))).toHaveValue('새로 적은 뜻입니다.');
	await page.getByRole('button', { name: say('tag-stale-mine') }).click();
	await page.getByRole('button', { name: say('save') }).click();
	await expect(page.getByRole('dialog')).toHaveCount(0);
	await expect(page.getByText('새로 적은 뜻입니다.')).toBeVisible();
});

test('a proposed tag is adopted; a tag is retired and brought back', async ({ as, lang, say }) => {
	const agent = await as('agent');
	const words = { ko: `제안 ${lang}`, en: `Proposal ${lang}` };
	const proposed = await agent.request.post('/api/tags/propose', { data: { label: words } });
	expect(proposed.status()).toBe(201);
	const page = await as('curator');
	await page.goto('/tags/curate/proposed');
	const row = page.getByRole('listitem').filter({ hasText: words[lang] });
	await row.getByRole('button', { name: say('tag-adopt') }).click();
	// What is adopted may fit earlier words; here there are none.
	await expect(page.getByRole('dialog').getByText(say('found-none'))).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('dialog')).toHaveCount(0);
	await expect(row).toHaveCount(0);
	const id = ((await proposed.json()) as Tag).id;
	await page.goto(`/tags/${id}`);
	await page.getByRole('button', { name: say('tag-acts', { tag: words[lang] }) }).click();
	await page.getByRole('menuitem', { name: say('tag-retire') }).click();
	await expect(page.getByText(say('tag-state-retired')).first()).toBeVisible();
	await page.keyboard.press('u');
	await expect.poll(async () => (await list(page)).items.find((x) => x.id === id)?.state).toBe('active');
});
