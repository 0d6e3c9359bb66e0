// What an agent and a viewer cannot do: it is not offered, and the server refuses it.
import { expect, read, test } from '../house.js';

test('a viewer sees, and changes nothing', async ({ as, say }) => {
	const page = await as('viewer');
	const { items } = await read<{ items: { id: string }[] }>(page, '/api/conversations?view=all&limit=1');
	const id = items[0]!.id;
	await page.goto(`/inbox/${id}?view=all`);
	await expect(page.getByRole('heading', { level: 1 }).last()).toBeVisible();
	await page.keyboard.press('t');
	await expect(page.getByRole('dialog')).toHaveCount(0);
	await expect(page.getByRole('button', { name: say('tag-find') })).toHaveCount(0);
	await expect(page.getByLabel(say('note-label'))).toHaveCount(0);
	const tags = await read<{ items: { id: string }[] }>(page, '/api/tags');
	const refused = await page.request.post(`/api/conversations/${id}/taggings`, { data: { tag_id: tags.items[0]!.id } });
	expect(refused.status()).toBe(403);

	await page.goto('/roadmap');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(page.getByRole('button', { name: say('item-new') })).toHaveCount(0);
	await page.goto('/settings/audit');
	await expect(page.getByText(say('settings-not-yours'))).toBeVisible();
	expect((await page.request.get('/api/audit')).status()).toBe(403);
	expect((await page.request.get('/api/export/conversations.jsonl')).status()).toBe(403);
});

test('an agent tags, but does not change the taxonomy, the roadmap or the staff', async ({ as, say }) => {
	const page = await as('agent');
	const { items } = await read<{ items: { id: string; parent: string | null }[] }>(page, '/api/tags');
	const tag = items.find((x) => x.parent)!;
	await page.goto(`/tags/${tag.id}`);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(page.getByRole('button', { name: say('edit'), exact: true })).toHaveCount(0);
	expect((await page.request.post(`/api/tags/${tag.id}/retire`)).status()).toBe(403);
	const board = await read<{ items: { id: string }[] }>(page, '/api/roadmap/items');
	expect((await page.request.post(`/api/roadmap/items/${board.items[0]!.id}/move`, { data: { status: 'shipped' } })).status()).toBe(403);
	await page.goto('/settings/staff');
	await expect(page.getByRole('heading', { name: say('members-title'), exact: true })).toBeVisible();
	await expect(page.getByRole('button', { name: say('invite-do') })).toHaveCount(0);
	expect((await page.request.post('/api/invitations', { data: { email: 'x@moa.example', role: 'owner' } })).status()).toBe(403);
});

test('an invited colleague comes in by the link, once', async ({ as, browser, house, lang, say }) => {
	const page = await as('owner');
	await page.goto('/settings/staff');
	const email = `new-${lang}@moa.example`;
	await page.getByLabel(say('email')).first().fill(email);
	await page.getByLabel(say('role'), { exact: true }).selectOption('agent');
	await page.getByRole('button', { name: say('invite-do') }).click();
	const link = await page.getByLabel(say('invite-link', { email })).inputValue();
	const context = await browser.newContext({ locale: lang === 'ko' ? 'ko-KR' : 'en-US' });
	const theirs = await context.newPage();
	await theirs.goto(`${house.url}${new URL(link).pathname}`);
	await theirs.getByLabel(say('own-name'), { exact: true }).fill('하나');
	await theirs.getByLabel(say('password'), { exact: true }).fill('아주 긴 비밀번호 문장');
	await theirs.getByRole('button', { name: say('invitation-accept') }).click();
	await expect(theirs.getByRole('navigation', { name: say('navigation') })).toBeVisible();
	expect((await context.request.get(`${house.url}/api/invitations/by-token/${link.split('/').pop()}`)).status()).toBe(404);
	await context.close();
});
