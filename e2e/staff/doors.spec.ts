// A door is closed by the interface alone: a team of staff is made, the door is given to it, and who is outside sees nothing.
import { writeFileSync } from 'node:fs';
import { expect, expect_accessible, read, sign_in, test, type Role } from '../house.js';

const LINE = { external_id: 'c-1', channel: 'email', language: 'en', subject: 'About the contract', opened_at: '2026-11-20T00:12:00Z', person: { external_id: 'p-1', name: 'Dana Wolf', email: 'dana@fernhill.example' }, entries: [{ external_id: 'e-1', author: 'person', at: '2026-11-20T00:12:00Z', text: 'We would like to renegotiate the price quietly.' }] };

test('a door closed to a team is nothing to everybody else', async ({ alone, browser, lang, say }, info) => {
	const file = info.outputPath('one.jsonl');
	writeFileSync(file, JSON.stringify(LINE) + '\n');
	for (const role of ['owner', 'curator', 'agent'] as const) alone.add_user(role);
	alone.run(['import', file, '--format', 'jsonl', '--source', 'desk']);
	const enter = async (role: Role) => sign_in(await browser.newContext({ baseURL: alone.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', viewport: { width: 1440, height: 900 } }), alone, role, lang);
	const [owner, curator, agent] = [await enter('owner'), await enter('curator'), await enter('agent')];
	type Conversations = { items: { id: string }[] };
	const list = async (page: typeof owner) => (await read<Conversations>(page, '/api/conversations?view=all')).items;
	const id = (await list(curator))[0]!.id;

	// No team exists yet: the door dialog says where one is made.
	await owner.goto('/settings/doors');
	await owner.getByRole('button', { name: say('door-edit', { name: 'desk/email' }) }).click();
	await owner.getByLabel(say('door-close')).check();
	await expect(owner.getByRole('dialog').getByText(say('staff-teams-none'))).toBeVisible();
	await expect(owner.getByRole('button', { name: say('save') })).toBeDisabled();
	await owner.keyboard.press('Escape');

	await owner.goto('/settings/staff');
	const members = await read<{ items: { name: string; role: string }[] }>(owner, '/api/staff');
	const name = members.items.find((m) => m.role === 'agent')!.name;
	await owner.getByRole('button', { name: say('staff-teams-of', { name }) }).click();
	await owner.getByLabel(say('staff-team-new')).fill('contracts');
	await owner.getByRole('button', { name: say('staff-team-add') }).click();
	await expect(owner.getByLabel('contracts')).toBeChecked();
	await expect_accessible(owner, 'the teams of a member');
	await owner.getByRole('button', { name: say('save') }).click();
	await expect(owner.getByText(say('staff-teams-saved', { name }))).toBeVisible();

	await owner.goto('/settings/doors');
	await owner.getByRole('button', { name: say('door-edit', { name: 'desk/email' }) }).click();
	await owner.getByLabel(say('door-close')).check();
	await owner.getByLabel('contracts').check();
	await expect_accessible(owner, 'closing a door');
	await owner.getByRole('button', { name: say('save') }).click();
	await expect(owner.getByText(say('door-closed', { teams: 'contracts' }))).toBeVisible();

	expect((await list(agent)).map((c) => c.id)).toEqual([id]);
	expect(await list(curator)).toEqual([]);
	expect((await curator.request.get(`/api/conversations/${id}`)).status()).toBe(404);
	expect((await read<{ items: unknown[] }>(curator, '/api/search?q=renegotiate')).items).toEqual([]);
	await curator.goto(`/inbox/${id}?view=all`);
	await expect(curator.getByRole('alert')).toBeVisible();
	await expect(curator.getByText('renegotiate')).toHaveCount(0);
	await agent.goto(`/inbox/${id}?view=all`);
	await expect(agent.getByText('renegotiate the price quietly').last()).toBeVisible();
	for (const page of [owner, curator, agent]) await page.context().close();
});
