// Working the inbox: who answers, what rests, many at once, joined and taken back, named in a note, prepared answers,
// who else looks; by keyboard, in Hangul mode too, wide and on a phone.
import { expect, expect_accessible, read, test, type Page } from '../house.js';

type Head = { id: string; status: string; assignee: { name: string } | null; staff_team: string | null; snoozed_until: string | null };
const head_of = (page: Page, id: string) => read<Head>(page, `/api/conversations/${id}`);
let made = 0;

/** A conversation of its own for a story. */
async function bring(page: Page, person: string, text: string): Promise<string> {
	const unique = `desk-${Date.now()}-${made++}`;
	const answer = await page.request.post('/api/conversations', { data: { external_id: unique, channel: 'chat', person: { external_id: person, name: person }, subject: text, text } });
	expect(answer.status(), await answer.text()).toBe(201);
	return ((await answer.json()) as { id: string }).id;
}

/** Puts everybody of a role into a team. */
async function give_team(owner: Page, role: string, teams: string[]): Promise<void> {
	const { items } = await read<{ items: { id: string; email: string; rev: number }[] }>(owner, '/api/staff');
	const one = items.find((member) => member.email === `${role}@moa.example`)!;
	const answer = await owner.request.patch(`/api/staff/${one.id}`, { data: { teams }, headers: { 'if-match': `"${one.rev}"` } });
	expect(answer.status(), await answer.text()).toBe(200);
}

async function open(page: Page, id: string, say: (key: string) => string): Promise<void> {
	await page.goto(`/inbox/${id}?view=all`);
	await expect(page.getByRole('region', { name: say('entries') })).toBeVisible();
}

/** Takes back by its key what is offered to be taken back; it is offered once the server has answered. */
async function undo(page: Page, say: (key: string) => string, done = ''): Promise<void> {
	const offer = page.locator('.toast', { hasText: done }).getByRole('button', { name: say('undo') });
	await expect(offer.last()).toBeVisible();
	await page.keyboard.press('KeyU');
}

test('assigned to a team, snoozed in words and closed, by keyboard only', async ({ as, lang, say }) => {
	const [page, owner] = [await as('agent'), await as('owner')];
	await give_team(owner, 'agent', ['Support']);
	const id = await bring(page, `keys-${lang}`, 'The invoice is wrong');
	await open(page, id, say);
	await page.keyboard.press('Shift+KeyA');
	await expect(page.getByRole('option').first()).toBeVisible();
	await expect_accessible(page, 'choosing who answers');
	await page.getByRole('combobox').fill('supp');
	await page.keyboard.press('Enter');
	await expect.poll(async () => (await head_of(page, id)).staff_team).toBe('Support');
	await page.keyboard.press('KeyS');
	const field = page.getByRole('combobox');
	await field.fill(lang === 'ko' ? '내일 오전 10시' : 'tomorrow 10am');
	await expect(page.getByRole('option')).toHaveCount(1);
	await expect(page.getByRole('option')).toContainText('10:00');
	await expect_accessible(page, 'snoozing');
	await page.keyboard.press('Enter');
	await expect.poll(async () => (await head_of(page, id)).snoozed_until).not.toBeNull();
	await undo(page, say);
	await expect.poll(async () => (await head_of(page, id)).snoozed_until).toBeNull();
	// The same physical keys while the keyboard writes Hangul.
	await page.evaluate(() => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ㄷ', code: 'KeyE', bubbles: true, cancelable: true })));
	await expect.poll(async () => (await head_of(page, id)).status).toBe('closed');
	await undo(page, say, say('closed-done'));
	await expect.poll(async () => (await head_of(page, id)).status).toBe('open');
});

test('words that are no moment to come are told, and composing Enter picks nothing', async ({ as, lang, say }) => {
	const page = await as('agent');
	const id = await bring(page, `words-${lang}`, 'A question');
	await open(page, id, say);
	await page.keyboard.press('KeyS');
	const field = page.getByRole('combobox');
	await field.fill(lang === 'ko' ? '어제' : 'yesterday');
	await expect(page.getByText(say('snooze-unknown'))).toBeVisible();
	await field.fill(lang === 'ko' ? '3시간 뒤' : 'in 3 hours');
	await expect(page.getByRole('option')).toHaveCount(1);
	await field.dispatchEvent('keydown', { key: 'Enter', code: 'Enter', isComposing: true, bubbles: true });
	await expect(field).toBeVisible();
	expect((await head_of(page, id)).snoozed_until).toBeNull();
});

test('many at once are closed and brought back', async ({ as, lang, say }) => {
	const page = await as('agent');
	const person = `bulk-${lang}-${Date.now()}`;
	const ids = [await bring(page, person, 'one of many'), await bring(page, person, 'two of many')];
	const { person: who } = await read<{ person: { id: string } }>(page, `/api/conversations/${ids[0]}`);
	await page.goto(`/inbox/${ids[1]}?view=all&person=${who.id}`);
	await expect(page.getByRole('region', { name: say('entries') })).toBeVisible();
	await expect(page.locator('[data-index]')).toHaveCount(2);
	await page.keyboard.press('KeyX');
	await page.keyboard.press('KeyJ');
	await expect(page).toHaveURL(new RegExp(ids[0]!));
	await page.keyboard.press('KeyX');
	await expect(page.getByRole('toolbar', { name: say('selected-tools') })).toBeVisible();
	await expect_accessible(page, 'many selected');
	await page.keyboard.press('KeyE');
	for (const id of ids) await expect.poll(async () => (await head_of(page, id)).status).toBe('closed');
	await undo(page, say);
	for (const id of ids) await expect.poll(async () => (await head_of(page, id)).status).toBe('open');
});

test('two conversations become one, and two again', async ({ as, lang, say }) => {
	const page = await as('agent');
	const person = `join-${lang}-${Date.now()}`;
	const [elder, younger] = [await bring(page, person, 'The first of two'), await bring(page, person, 'The second of two')];
	await open(page, younger, say);
	await page.keyboard.press('KeyM');
	await expect(page.getByRole('option')).toHaveCount(1);
	await expect_accessible(page, 'joining');
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(new RegExp(elder));
	await expect(page.getByRole('region', { name: say('entries') })).toContainText('The second of two');
	await undo(page, say);
	await expect(page).toHaveURL(new RegExp(younger));
	await expect(page.getByRole('region', { name: say('entries') })).not.toContainText('The first of two');
	await page.request.post(`/api/conversations/${younger}/entries`, { data: { author: 'person', text: 'And another thing' } });
	await expect(page.getByRole('region', { name: say('entries') })).toContainText('And another thing');
	await page.keyboard.press('Shift+KeyM');
	await page.getByRole('option', { name: 'And another thing' }).click();
	await expect(page).not.toHaveURL(new RegExp(younger));
	await expect(page.getByRole('region', { name: say('entries') })).not.toContainText('The second of two');
});

test('whoever is named in a note is told at once, and sees who else looks', async ({ as, lang, say }) => {
	const [here, there] = [await as('agent'), await as('curator')];
	const id = await bring(here, `note-${lang}`, 'Something for two');
	await open(there, id, say);
	await open(here, id, say);
	await expect(there.getByText(say('presence-reading', { names: 'agent' }).replace('agent', ''), { exact: false })).toBeVisible();
	await here.keyboard.press('KeyN');
	const field = here.locator('footer textarea').first();
	await field.pressSequentially('@cur', { delay: 20 });
	await expect(here.getByRole('listbox', { name: say('mention-whom') }).getByRole('option').first()).toBeVisible();
	await here.keyboard.press('Enter');
	await expect(field).toHaveValue(/^@\S+ $/);
	await field.pressSequentially('please look');
	await here.keyboard.press('Control+Enter');
	await expect(there.getByRole('button', { name: say('notifications-unread', { n: 1 }) })).toBeVisible();
	await there.keyboard.press('KeyG');
	await there.keyboard.press('KeyB');
	await expect(there.getByRole('dialog')).toContainText('please look');
	await expect_accessible(there, 'notifications');
	await there.getByRole('dialog').getByRole('button').filter({ hasText: 'please look' }).click();
	await expect(there.getByRole('button', { name: say('notifications'), exact: true })).toBeVisible();
});

test('an answer is prepared once and put in with the name of the customer', async ({ as, lang, say }) => {
	const page = await as('agent');
	await page.goto('/settings/macros');
	await page.getByRole('button', { name: say('macro-new') }).click();
	const form = page.getByRole('dialog');
	await form.getByLabel(say('macro-name'), { exact: true }).fill(`greeting ${lang}`);
	await form.getByLabel(say('language-ko'), { exact: true }).fill('{{person}}, 글 주셔서 고맙습니다.');
	await form.getByLabel(say('language-en'), { exact: true }).fill('Dear {{person}}, thank you for writing.');
	await expect_accessible(page, 'preparing an answer');
	await form.getByRole('button', { name: say('save') }).click();
	await expect(page.getByText(`greeting ${lang}`).first()).toBeVisible();
	const id = await bring(page, '김민지', '안녕하세요, 결제 영수증을 다시 받을 수 있을까요?');
	await open(page, id, say);
	await page.keyboard.press('Semicolon');
	await page.getByRole('combobox').fill(`greeting ${lang}`);
	await page.keyboard.press('Enter');
	await expect(page.locator('footer textarea').first()).toHaveValue('김민지 님, 글 주셔서 고맙습니다.');
});

test('hours are set, and a view of the inbox is kept', async ({ as, lang, say }) => {
	const page = await as('owner');
	await page.goto('/settings/hours');
	await page.getByLabel(say('hours-promise')).fill('4');
	await expect_accessible(page, 'hours');
	await page.getByRole('button', { name: say('save') }).click();
	await expect.poll(async () => (await read<{ promise_minutes: number }>(page, '/api/settings')).promise_minutes).toBe(240);
	await page.goto('/inbox?view=all&channel=chat');
	await expect(page.getByRole('link').first()).toBeVisible();
	await page.keyboard.press('KeyG');
	await page.keyboard.press('KeyV');
	await page.getByRole('dialog').getByRole('textbox').fill(`chats ${lang}`);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('dialog').getByRole('link', { name: `chats ${lang}` })).toHaveAttribute('href', /channel=chat/);
	await expect_accessible(page, 'saved views');
});

test('on a phone everything is in one menu', async ({ as, lang, say }) => {
	const page = await as('agent');
	await page.setViewportSize({ width: 390, height: 844 });
	const id = await bring(page, `phone-${lang}`, 'From the train');
	await page.goto(`/inbox/${id}?view=all`);
	await page.getByRole('button', { name: say('thread-menu') }).click();
	await page.getByRole('menuitem', { name: say('snooze-it') }).click();
	await page.getByRole('option').first().click();
	await expect.poll(async () => (await head_of(page, id)).snoozed_until).not.toBeNull();
	await expect_accessible(page, 'a thread on a phone');
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
