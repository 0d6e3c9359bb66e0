// Choosing a passage by keyboard alone: sentence by sentence, wider, tagged; and left again.
import { expect, expect_accessible, read, sign_in, test } from '../house.js';
import { writeFileSync } from 'node:fs';

const at = (minute: number) => `2026-11-20T00:${String(minute).padStart(2, '0')}:00Z`;
const LINE = {
	external_id: 'c-1',
	channel: 'chat',
	language: 'en',
	subject: 'Filters',
	opened_at: at(1),
	person: { external_id: 'p-1', name: 'Dana Wolf', email: 'dana@fernhill.example' },
	tags: ['filters'],
	entries: [
		{ external_id: 'e-1', author: 'person', at: at(1), text: 'Good morning.' },
		{ external_id: 'e-2', author: 'person', at: at(2), text: 'The filters vanish on reload. 😀 We rebuild them each Monday. It costs an hour.' },
		{ external_id: 'e-3', author: 'agent', name: 'Sora', at: at(3), text: 'Thank you for telling us.' }
	]
};

test('a passage is chosen and tagged by keyboard alone', async ({ alone, browser, lang, say }, info) => {
	const file = info.outputPath('one.jsonl');
	writeFileSync(file, JSON.stringify(LINE) + '\n');
	alone.add_user('owner');
	alone.run(['import', file, '--format', 'jsonl', '--source', 'desk']);
	const context = await browser.newContext({ baseURL: alone.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', viewport: { width: 1440, height: 900 } });
	const page = await sign_in(context, alone, 'owner', lang);
	const made = await page.request.post('/api/tags', { data: { slug: 'losing', label: { ko: '필터 사라짐', en: 'Filters vanish' } } });
	expect(made.status(), await made.text()).toBe(201);
	const id = (await read<{ items: { id: string }[] }>(page, '/api/conversations?view=all')).items[0]!.id;
	await page.goto(`/inbox/${id}?view=all`);
	await expect(page.getByRole('group', { name: say('tags-of-conversation') })).toBeVisible();
	await expect(page.getByText('It costs an hour.').last()).toBeVisible();
	const chosen = () => page.evaluate(() => window.getSelection()!.toString());
	const told = (key: string, n: number, quote: string) => page.getByRole('status').filter({ hasText: say(key, { n, of: 5, quote }) });

	// The newest thing the customer said, not the newest entry.
	await page.keyboard.press('v');
	await expect.poll(chosen).toBe('The filters vanish on reload.');
	await expect(told('passage-first', 2, 'The filters vanish on reload.')).toHaveCount(1);
	await expect(page.getByRole('region', { name: say('entries') })).toBeFocused();
	await expect_accessible(page, 'choosing a passage');
	await page.keyboard.press('ArrowUp');
	await expect.poll(chosen).toBe('Good morning.');
	// Nothing is before it, and a passage does not leave its entry.
	await page.keyboard.press('k');
	await page.keyboard.press('Shift+ArrowDown');
	await expect.poll(chosen).toBe('Good morning.');
	await page.keyboard.press('j');
	await page.keyboard.press('ArrowDown');
	await expect(told('passage-now', 3, '😀 We rebuild them each Monday.')).toHaveCount(1);
	await page.keyboard.press('Shift+ArrowDown');
	await expect.poll(chosen).toBe('😀 We rebuild them each Monday. It costs an hour.');
	await page.keyboard.press('Shift+ArrowUp');
	await page.keyboard.press('Shift+ArrowUp');
	await expect.poll(chosen).toBe('The filters vanish on reload. 😀 We rebuild them each Monday.');

	await page.keyboard.press('t');
	await expect(page.getByRole('dialog')).toContainText('The filters vanish on reload. 😀 We rebuild them each Monday.');
	await page.getByRole('combobox').pressSequentially(lang === 'ko' ? '필터 사라짐' : 'Filters vanish', { delay: 5 });
	await expect(page.getByRole('option').first()).toContainText(lang === 'ko' ? '필터 사라짐' : 'Filters vanish');
	await page.keyboard.press('Enter');
	type Taggings = { items: { passage: { quote: string } | null }[] };
	await expect.poll(async () => (await read<Taggings>(page, `/api/conversations/${id}/taggings`)).items.flatMap((x) => x.passage?.quote ?? [])).toEqual(['The filters vanish on reload. 😀 We rebuild them each Monday.']);
	await expect(page.getByRole('region', { name: say('entries') }).locator('mark').filter({ hasText: 'vanish' })).toHaveCount(1);

	// Esc and a second `v` leave; the arrows scroll again and `j` goes to the next conversation.
	for (const leave of ['Escape', 'v']) {
		await page.keyboard.press('v');
		await expect.poll(chosen).toBe('The filters vanish on reload.');
		await page.keyboard.press(leave);
		await expect.poll(chosen).toBe('');
		await expect(page.getByRole('status').filter({ hasText: say('passage-left') })).toHaveCount(1);
	}
	await page.keyboard.press('Shift+Slash');
	await expect(page.getByRole('dialog').getByText(say('key-choose'))).toBeVisible();
	await expect(page.getByRole('dialog').getByText(say('key-passage-further'))).toBeVisible();
	await context.close();
});
