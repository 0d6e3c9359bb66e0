// One question after a conversation: switched on at a mailbox, and its page, which works without JavaScript and fits a phone.
import { expect, expect_accessible } from '../house.js';
import { test } from './mailing.js';

test('an admin switches the question on at a mailbox, and the board says that nobody was asked yet', async ({ someone, say }) => {
	const page = await someone('owner');
	await page.goto('/settings/mailboxes');
	const box = page.getByRole('checkbox', { name: say('questions-after-close') });
	await expect(box).not.toBeChecked();
	await box.check();
	await expect(page.getByText(say('questions-saved')).first()).toBeVisible();
	await page.reload();
	await expect(box).toBeChecked();
	await expect_accessible(page, 'a mailbox that asks');
	await page.goto('/learned');
	await expect(page.getByText(say('how-none'))).toBeVisible();
	await expect_accessible(page, 'what was learned');
});

const HOW = { csat: { ko: '저희에게 문의하신 일은 어떠셨나요?', en: 'How was it to write to us?' }, ces: { ko: '도움을 받으시기가 얼마나 쉬우셨나요?', en: 'How easy was it to get help from us?' } };
const SEND = { ko: '보내기', en: 'Send' };
const THANKS = { ko: '고맙습니다. 답을 잘 받았습니다.', en: 'Thank you. Your answer has arrived.' };

for (const kind of ['csat', 'ces'] as const) {
	test(`the page behind a link (${kind}) needs no script, fits a phone, and can be answered by keys`, async ({ browser, mailing, lang }) => {
		const context = await browser.newContext({ baseURL: mailing.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', viewport: { width: 390, height: 844 } });
		const page = await context.newPage();
		const elsewhere: string[] = [];
		page.on('request', (request) => {
			if (!request.url().startsWith(mailing.url)) elsewhere.push(request.url());
		});
		await page.goto(`/how/look-${kind}`);
		await expect(page.getByRole('group', { name: HOW[kind][lang] })).toBeVisible();
		await expect(page.getByRole('radio').first()).toBeChecked();
		await expect_accessible(page, 'the page of a question');
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
		expect(await page.evaluate(() => document.scripts.length)).toBe(0);
		await context.close();

		const plain = await browser.newContext({ baseURL: mailing.url, javaScriptEnabled: false, locale: lang === 'ko' ? 'ko-KR' : 'en-US', viewport: { width: 390, height: 844 } });
		const without = await plain.newPage();
		await without.goto(`/how/look-${kind}`);
		await without.getByRole('radio').nth(2).check();
		await without.getByRole('checkbox').first().check();
		await without.getByRole('textbox').fill('필터');
		await without.getByRole('button', { name: SEND[lang] }).press('Enter');
		await expect(without.getByRole('status')).toHaveText(THANKS[lang]);
		await plain.close();
		expect(elsewhere).toEqual([]);
	});
}
