// How customers feel: read in the thread, corrected by mouse and by keys alone, undone; the list narrowed and ordered by it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expect_accessible, read, test, type Page } from '../house.js';

type Emotion = { valence: number; emotion: string | null; words: [number, number][]; said: { origin: string } | null };
type Thread = { id: string; person: { id: string }; entries: { id: string; emotion: Emotion | null }[]; emotion: { end: number; last: string | null } | null };

const THANKS = { ko: '정말 감사합니다 덕분에 해결됐어요', en: 'Thank you so much, this is wonderful!' };
const ANGRY = { ko: '최악이네요 너무 화가 나고 실망입니다', en: 'This is terrible, I hate it and I am so angry!' };

/** A conversation of somebody who writes this. */
async function bring_in(page: Page, name: string, text: string): Promise<Thread> {
	const body = { channel: 'chat', person: { external_id: `feeling-${name}`, name }, text };
	const answer = await page.request.post('/api/conversations', { data: body });
	expect(answer.status(), await answer.text()).toBe(201);
	return (await answer.json()) as Thread;
}
const emotion_of = async (page: Page, id: string) => (await read<Thread>(page, `/api/conversations/${id}`)).entries[0]!.emotion!;

test('an emotion is shown with its words, corrected by mouse, and undone', async ({ as, lang, say }) => {
	const page = await as('agent');
	const { id } = await bring_in(page, `Mouse ${lang}`, THANKS[lang]);
	await page.goto(`/inbox/${id}?view=all`);
	const article = page.getByRole('article').first();
	await expect(article).toContainText(say('emotion-gratitude'));
	const words = page.locator('article[data-felt] .hinted');
	await expect(words).toHaveCount(0);
	const trigger = article.getByRole('button', { name: say('emotion-menu', { words: say('emotion-gratitude') }) });
	await trigger.hover();
	// What says so is underlined while it is pointed at.
	await expect(words.first()).toBeVisible();
	await trigger.click();
	await page.getByRole('menuitemradio', { name: say('emotion-confusion') }).click();
	await expect(article).toContainText(say('emotion-confusion'));
	await expect.poll(async () => (await emotion_of(page, id)).said?.origin).toBe('corrected');
	await page.keyboard.press('u');
	await expect.poll(async () => (await emotion_of(page, id)).said).toBeNull();
	await expect(article).toContainText(say('emotion-gratitude'));
});

test('by keys alone: its words underlined, another emotion said and taken back', async ({ as, lang, say }) => {
	const page = await as('agent');
	const { id } = await bring_in(page, `Keys ${lang}`, ANGRY[lang]);
	await page.goto(`/inbox/${id}?view=all`);
	const article = page.getByRole('article').first();
	await expect(article.locator('[data-feeling]')).toBeVisible();
	const words = page.locator('article[data-felt] .hinted');
	await page.keyboard.press('w');
	await expect(words.first()).toBeVisible();
	await page.keyboard.press('w');
	await expect(words).toHaveCount(0);
	await page.keyboard.press('f');
	await expect(article.locator('[data-feeling] button')).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page.getByRole('menu')).toBeVisible();
	// To the last of the valences, very good.
	for (const _ of [1, 2, 3, 4]) await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await expect.poll(async () => (await emotion_of(page, id)).valence).toBe(2);
	await page.keyboard.press('u');
	await expect.poll(async () => (await emotion_of(page, id)).said).toBeNull();
});

test('the list is narrowed to an emotion and ordered worst first, by the address alone too', async ({ as, lang, say }) => {
	const page = await as('agent');
	const angry = await bring_in(page, `Worst ${lang}`, ANGRY[lang]);
	await bring_in(page, `Best ${lang}`, THANKS[lang]);
	await page.goto('/inbox?view=all');
	await page.getByRole('button', { name: say('filter-menu') }).click();
	await page.getByRole('menuitemradio', { name: say('emotion-gratitude'), exact: true }).click();
	await expect(page).toHaveURL(/emotion=gratitude/);
	const list = page.getByRole('list', { name: say('inbox-list') });
	await expect(list).toContainText(`Best ${lang}`);
	await expect(list).not.toContainText(`Worst ${lang}`);
	await page.goto('/inbox?view=all&emotion=negative');
	await page.getByRole('button', { name: say('sort-menu') }).click();
	await page.getByRole('menuitemradio', { name: say('sort-worst') }).click();
	await expect(page).toHaveURL(/sort=worst/);
	await expect(list).toContainText(`Worst ${lang}`);
	await expect_accessible(page, 'the list, worst first');
	await page.goto(`/inbox/${angry.id}?view=all&sort=worst`);
	await expect(page.getByRole('heading', { name: say('emotion-of-conversation'), exact: true })).toBeVisible();
	await expect_accessible(page, 'a thread with emotions');
});

test('somebody over time: one week is a table, two are a line, and the same figures as a table', async ({ as, house, lang, say }) => {
	const page = await as('agent');
	const once = await bring_in(page, `Once ${lang}`, THANKS[lang]);
	await page.goto(`/people/${once.person.id}`);
	const figure = page.locator('figure.emotions');
	await expect(figure.getByRole('row').nth(1)).toContainText('+');
	await expect(figure.getByRole('button', { name: say('chart-as-table') })).toHaveCount(0);

	const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
	const entries = [20, 2].map((days) => ({ external_id: `e${days}`, author: 'person', at: at(days), text: THANKS[lang] }));
	const file = join(house.data, `line-${lang}.jsonl`);
	writeFileSync(file, JSON.stringify({ external_id: `line-${lang}`, channel: 'email', opened_at: at(20), person: { external_id: `line-${lang}`, name: `Line ${lang}` }, entries }) + '\n');
	house.run(['import', file, '--format', 'jsonl', '--source', 'olddesk']);
	const { items } = await read<{ items: Thread[] }>(page, `/api/conversations?source=olddesk&external_id=line-${lang}&view=all`);
	const { id, person } = items[0]!;
	const entry = (await read<Thread>(page, `/api/conversations/${id}`)).entries.at(-1)!.id;
	expect((await page.request.put(`/api/entries/${entry}/emotion`, { data: { valence: -1 } })).status()).toBe(200);
	await page.goto(`/people/${person.id}`);
	await expect(figure.locator('canvas')).toBeVisible();
	await expect_accessible(page, 'a person with a line');
	await figure.getByRole('button', { name: say('chart-as-table') }).click();
	await expect(figure.getByRole('columnheader', { name: say('emotion-said') })).toBeVisible();
	await expect(figure.getByRole('row').last()).toContainText(say('valence-bad'));
	await figure.getByRole('row').last().getByRole('link').click();
	await expect(page).toHaveURL(new RegExp(`person=${person.id}`));
});

test('who may only read sees it and cannot say otherwise', async ({ as, lang, say }) => {
	const { id } = await bring_in(await as('agent'), `Viewer ${lang}`, THANKS[lang]);
	const page = await as('viewer');
	await page.goto(`/inbox/${id}?view=all`);
	const article = page.getByRole('article').first();
	await expect(article).toContainText(say('emotion-gratitude'));
	await expect(article.locator('[data-feeling] button')).toHaveCount(0);
});
