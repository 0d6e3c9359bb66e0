// From an empty house to a tagged conversation on a roadmap item, as somebody does it on the first day.
import { writeFileSync } from 'node:fs';
import { expect, expect_accessible, read, test } from '../house.js';

const LINES = [
	{ external_id: 'c-1', channel: 'email', language: 'ko', subject: '필터가 풀려요', opened_at: '2026-11-20T00:12:00Z', person: { external_id: 'p-1', name: '김민지', email: 'minji@hanbit.example' }, team: { external_id: 't-1', name: '편집팀', plan: 'Team' }, account: { external_id: 'a-1', name: '한빛출판', plan: 'Team' }, entries: [{ external_id: 'e-1', author: 'person', at: '2026-11-20T00:12:00Z', text: '필터를 저장해도 새로고침하면 자꾸 풀려요.' }] },
	{ external_id: 'c-2', channel: 'chat', language: 'en', subject: 'Filters again', opened_at: '2026-11-20T02:00:00Z', person: { external_id: 'p-2', name: 'Daniel Ortiz', email: 'daniel@fernhill.example' }, entries: [{ external_id: 'e-2', author: 'person', at: '2026-11-20T02:00:00Z', text: 'Every Monday I screenshot my filters so the interns can rebuild them.' }] }
];

test('the first day: owner, import, tags, a tagging, a roadmap item', async ({ alone, browser, lang, say }, info) => {
	test.setTimeout(240_000);
	const context = await browser.newContext({ baseURL: alone.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', viewport: { width: 1440, height: 900 } });
	const page = await context.newPage();

	await page.goto('/');
	await expect(page, 'without the link nobody becomes the owner').toHaveURL(/\/setup/);
	await page.goto(alone.first_run!);
	await page.getByLabel(say('setup-company'), { exact: true }).fill('모아');
	await page.getByLabel(say('own-name'), { exact: true }).fill('윤서');
	await page.getByLabel(say('email'), { exact: true }).fill('yunseo@moa.example');
	await page.getByLabel(say('password'), { exact: true }).fill('short');
	await expect_accessible(page, 'first run');
	await page.getByRole('button', { name: say('setup-do') }).click();
	// Too short: what was typed stays.
	await expect(page.getByLabel(say('email'), { exact: true })).toHaveValue('yunseo@moa.example');
	await page.getByLabel(say('password'), { exact: true }).fill('바람이 부는 긴 문장 하나');
	await page.getByRole('button', { name: say('setup-do') }).click();
	await expect(page).toHaveURL(/\/welcome|\/$/);

	const file = info.outputPath('first.jsonl');
	writeFileSync(file, LINES.map((line) => JSON.stringify(line)).join('\n') + '\n{"broken":\n');
	await page.goto('/settings/imports');
	await page.getByLabel(say('import-file')).setInputFiles(file);
	await page.getByRole('button', { name: say('import-do') }).click();
	const made = page.getByRole('region', { name: say('imports-before') });
	await expect(made.getByText(say('import-state-done'))).toBeVisible({ timeout: 20_000 });
	// The broken line is told with its reason; the others came in.
	await made.getByRole('link', { name: say('import-skipped', { n: 1 }) }).click();
	await expect(page.getByRole('table')).toBeVisible();
	await expect_accessible(page, 'an import');

	await page.goto('/tags');
	await page.getByRole('button', { name: say('starter-do') }).first().click();
	await expect(page.getByRole('treeitem').first()).toBeVisible({ timeout: 20_000 });

	await page.goto('/inbox?view=all');
	await page.getByText('Filters again').or(page.getByText('Every Monday I screenshot')).first().click();
	// The list shows these words too: the keys are there when the tags of the conversation are.
	await expect(page.getByRole('article').getByText('so the interns can rebuild them')).toBeVisible();
	const tags = page.getByRole('group', { name: say('tags-of-conversation') });
	await expect(tags.getByRole('button', { name: say('tag-find') })).toBeVisible();
	await page.keyboard.press('t');
	await page.getByRole('combobox').fill('filter');
	await page.keyboard.press('Enter');
	await expect(tags.getByRole('button').first()).toBeVisible();
	type Conversations = { items: { id: string; external_id: string; tags: { id: string }[] }[] };
	await expect.poll(async () => (await read<Conversations>(page, '/api/conversations?view=all')).items.find((c) => c.external_id === 'c-2')?.tags.length).toBe(1);

	await page.goto('/roadmap');
	await page.getByRole('button', { name: say('item-new') }).first().click();
	await page.getByRole('group', { name: say('language-en') }).getByLabel(say('item-title')).fill('Views keep their filters');
	await page.getByRole('group', { name: say('language-ko') }).getByLabel(say('item-title')).fill('보기의 필터를 모두에게 유지');
	await page.getByRole('button', { name: say('join-add') }).click();
	await page.getByRole('combobox', { name: say('finder-label') }).fill('filter');
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: say('save') }).click();
	await expect(page).toHaveURL(/\/roadmap\/itm_/);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(lang === 'ko' ? '보기의 필터를 모두에게 유지' : 'Views keep their filters');
	await expect(page.getByText('Every Monday I screenshot my filters')).toBeVisible();
	await context.close();
});
