// Answering by mail: written by keys alone, taken back, sent; drafts that outlive everything; two who answer at once.
import { expect, expect_accessible } from '../house.js';
import { bring_in, test, thread_of } from './mailing.js';

const QUESTION = { ko: '견적서를 다시 받을 수 있을까요?', en: 'Could you send the quote again?' };
const WORDS = { ko: '네, 바로 다시 보내 드리겠습니다.', en: 'Of course, here it is again.' };

test('an answer by keys alone: written, taken back, sent, and seen to be sent', async ({ someone, post, lang, say }) => {
	const page = await someone('agent');
	const id = await bring_in(page, 'minji', QUESTION[lang]);
	await page.goto(`/inbox/${id}?view=all`);
	const field = page.getByLabel(say('reply-label'));
	await expect(field).toBeVisible();
	await expect(page.getByRole('button', { name: /minji@example\.com/ })).toBeVisible();
	await page.keyboard.press('r');
	await expect(field).toBeFocused();
	await page.keyboard.type(WORDS[lang]);
	await page.keyboard.press('Control+Enter');
	await expect(page.getByText(say('delivery-is-held'))).toBeVisible();
	await expect(field).toHaveValue('');
	await expect_accessible(page, 'an answer');
	await page.keyboard.press('Escape');
	await page.keyboard.press('u');
	await expect(field).toHaveValue(WORDS[lang]);
	await expect(page.getByRole('article')).toHaveCount(1);
	await page.keyboard.press('r');
	await page.keyboard.press('Control+Enter');
	await expect(page.getByText(say('delivery-is-sent'), { exact: true })).toBeVisible({ timeout: 30_000 });
	expect(post.taken.map((one) => one.to)).toEqual(['minji@example.com']);
	expect(post.taken[0]!.text).toContain('Reply-To: ');
});

test('a composing Enter never sends, nor does Enter by itself', async ({ someone, lang, say }) => {
	const page = await someone('agent');
	const id = await bring_in(page, 'ime', QUESTION[lang]);
	await page.goto(`/inbox/${id}?view=all`);
	const field = page.getByLabel(say('reply-label'));
	await expect(field).toBeVisible();
	await page.keyboard.press('r');
	await expect(field).toBeFocused();
	const devtools = await page.context().newCDPSession(page);
	for (const text of ['안녕', 'こんにちは']) {
		await devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
		for (const modifiers of [0, 2]) {
			await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', windowsVirtualKeyCode: 229, key: 'Process', code: 'Enter', modifiers });
			await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', windowsVirtualKeyCode: 13, key: 'Enter', code: 'Enter', modifiers });
		}
		await devtools.send('Input.insertText', { text });
	}
	await page.keyboard.press('Enter');
	await page.waitForTimeout(500);
	expect((await thread_of(page, id)).entries).toHaveLength(1);
	await expect(field).toHaveValue(/안녕/);
});

test('a draft outlives a reload, a lost network, a server that died, and is there on another device', async ({ someone, mailing, lang, say }) => {
	const page = await someone('agent');
	const id = await bring_in(page, 'draft', QUESTION[lang]);
	const address = `/inbox/${id}?view=all`;
	await page.goto(address);
	const field = page.getByLabel(say('reply-label'));
	await expect(field).toBeVisible();
	await page.keyboard.press('r');
	await expect(field).toBeFocused();
	await page.keyboard.type('one ');
	await page.reload();
	await expect(field).toHaveValue('one ');
	await page.keyboard.press('r');
	await page.keyboard.press('End');
	await page.context().setOffline(true);
	await page.keyboard.type('two ');
	await expect(page.getByText(say('draft-here'))).toBeVisible();
	await page.context().setOffline(false);
	await expect(page.getByText(say('draft-here'))).toBeHidden({ timeout: 15_000 });
	await mailing.stop();
	await page.keyboard.type('three');
	await mailing.start();
	await expect.poll(async () => ((await (await page.request.get(`/api/conversations/${id}/drafts`)).json()) as { items: { text: string }[] }).items[0]?.text, { timeout: 20_000 }).toBe('one two three');
	const other = await someone('agent');
	await other.goto(address);
	await expect(other.getByLabel(say('reply-label'))).toHaveValue('one two three');
});

test('who answers second sees what the first one wrote, and nothing is sent twice', async ({ someone, lang, say }) => {
	const [mine, theirs] = [await someone('agent'), await someone('owner')];
	const id = await bring_in(mine, 'two', QUESTION[lang]);
	for (const page of [mine, theirs]) {
		await page.goto(`/inbox/${id}?view=all`);
		await expect(page.getByLabel(say('reply-label'))).toBeVisible();
		await page.keyboard.press('r');
		await expect(page.getByLabel(say('reply-label'))).toBeFocused();
		await page.keyboard.type(`${WORDS[lang]} ${page === mine ? 1 : 2}`);
	}
	await mine.keyboard.press('Control+Enter');
	const banner = theirs.getByRole('alert', { name: say('overtaken') });
	await expect(banner).toContainText(`${WORDS[lang]} 1`);
	await theirs.keyboard.press('Control+Enter');
	await theirs.waitForTimeout(500);
	expect((await thread_of(theirs, id)).entries).toHaveLength(2);
	await expect_accessible(theirs, 'two answers');
	await banner.getByRole('button', { name: say('overtaken-read') }).click();
	await expect(banner).toBeHidden();
	await theirs.getByLabel(say('reply-label')).press('Control+Enter');
	await expect.poll(async () => (await thread_of(theirs, id)).entries.length).toBe(3);
});

test('on a phone: to whom is in sight, a link alone asks once, and a bad address says why', async ({ someone, lang, say }) => {
	const page = await someone('agent', 390);
	const id = await bring_in(page, 'refused-phone', QUESTION[lang]);
	await page.goto(`/inbox/${id}?view=all`);
	const field = page.getByLabel(say('reply-label'));
	await field.fill('https://docs.example/quote');
	await page.getByRole('button', { name: say('reply-send'), exact: true }).click();
	await expect(page.getByText(say('reply-only-link'))).toBeVisible();
	await expect_accessible(page, 'an answer');
	expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
	await page.getByRole('button', { name: say('reply-send-anyway') }).click();
	await expect(page.getByText('550 5.1.1 nobody of this name').first()).toBeVisible({ timeout: 30_000 });
	await expect(page.getByText(say('delivery-is-failed'))).toBeVisible();
	await expect_accessible(page, 'an answer');
});
