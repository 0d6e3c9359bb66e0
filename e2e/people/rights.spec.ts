// What belongs to a person: asked, blocked, taken along, erased; and a door that keeps only what is young.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, expect_accessible, read, sign_in, test } from '../house.js';

type Person = { id: string; name: string; email: string };

const line = (id: string, at: string, text: string) => ({ external_id: id, channel: 'email', language: 'en', subject: `About ${id}`, opened_at: at, person: { external_id: 'p-1', name: 'Dana Wolf', email: 'dana@fernhill.example' }, entries: [{ external_id: 'e-1', author: 'person', at, text }] });

test('a person is asked, blocked, taken along and erased', async ({ alone, browser, lang, say }, info) => {
	const file = info.outputPath('two.jsonl');
	writeFileSync(file, [line('c-1', '2026-11-20T00:00:00Z', 'The zanzibar export stops'), line('c-2', '2025-01-05T00:00:00Z', 'Long ago: quokka')].map((l) => JSON.stringify(l)).join('\n') + '\n');
	for (const role of ['owner', 'agent'] as const) alone.add_user(role);
	alone.run(['import', file, '--format', 'jsonl', '--source', 'desk']);
	const page = await sign_in(await browser.newContext({ baseURL: alone.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', viewport: { width: 1440, height: 900 }, acceptDownloads: true }), alone, 'owner', lang);
	const dana = (await read<{ items: Person[] }>(page, '/api/persons?q=dana')).items[0]!;

	await page.goto(`/people/${dana.id}`);
	await page.getByRole('button', { name: say('consent-change', { what: say('consent-news') }) }).click();
	await page.getByLabel(say('consent-source'), { exact: true }).fill('a call on Monday');
	await expect_accessible(page, 'writing down a consent');
	await page.getByRole('button', { name: say('save') }).click();
	await expect(page.getByText('a call on Monday')).toBeVisible();
	await expect(page.getByText(say('consent-stands-yes'), { exact: true })).toBeVisible();

	await page.getByRole('button', { name: say('block-this', { sender: dana.email }) }).click();
	await expect(page.getByText(say('blocked-done', { sender: dana.email }))).toBeVisible();

	const downloading = page.waitForEvent('download');
	await page.getByRole('link', { name: say('export-person-json') }).click();
	const told = JSON.parse(readFileSync(await (await downloading).path(), 'utf8')) as { person: Person; conversations: unknown[] };
	expect([told.person.email, told.conversations.length]).toEqual([dana.email, 2]);

	// A door keeps 30 days: what would go is shown before it can be switched on.
	await page.goto('/settings/doors');
	await expect(page.getByText(dana.email)).toBeVisible();
	await page.getByRole('button', { name: say('retention-of', { name: 'desk/email' }) }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel(say('retention-days'), { exact: true }).fill('30');
	await expect(dialog.getByRole('button', { name: say('retention-do', { n: 30 }) })).toHaveCount(0);
	await dialog.getByRole('button', { name: say('retention-look') }).click();
	await expect(dialog.getByText(say('retention-detail'))).toBeVisible();
	await expect_accessible(page, 'how long a door is kept');
	await dialog.getByRole('button', { name: say('retention-do', { n: 30 }) }).click();
	await expect(page.getByText(say('retention-set', { name: 'desk/email', n: 30 }))).toBeVisible();
	await expect.poll(async () => (await read<{ items: unknown[] }>(page, '/api/search?q=quokka')).items.length).toBe(0);
	expect((await read<{ items: unknown[] }>(page, '/api/search?q=zanzibar')).items.length).toBe(1);

	await page.goto(`/people/${dana.id}`);
	await page.getByRole('button', { name: say('erase-person'), exact: true }).click();
	const sure = page.getByRole('dialog').getByRole('button', { name: say('erase-do') });
	await expect(sure).toBeDisabled();
	await page.getByLabel(say('erase-sure')).check();
	await expect_accessible(page, 'erasing a person');
	await sure.click();
	await expect(page.getByText(say('person-erased'), { exact: true })).toBeVisible();
	await expect(page.getByText(dana.email)).toHaveCount(0);
	expect((await read<{ items: unknown[] }>(page, '/api/search?q=zanzibar')).items.length).toBe(0);
	await page.goto('/settings/audit');
	await expect(page.getByText(say('audit-people-erased'))).toBeVisible();
	await page.context().close();
});

test('an agent takes nobody along and erases nobody', async ({ as, say }) => {
	const page = await as('agent');
	const { items } = await read<{ items: Person[] }>(page, '/api/persons?limit=5');
	await page.goto(`/people/${items[0]!.id}`);
	await expect(page.getByRole('heading', { name: say('rights') })).toBeVisible();
	await expect(page.getByRole('button', { name: say('erase-person'), exact: true })).toHaveCount(0);
	await expect(page.getByRole('link', { name: say('export-person-json') })).toHaveCount(0);
	expect((await page.request.post(`/api/persons/${items[0]!.id}/erase`)).status()).toBe(403);
});
