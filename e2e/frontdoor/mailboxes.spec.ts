// A mailbox from its settings to a bounce: against a real Dovecot and a real OpenSMTPD, in both languages, also on a phone.
import { House, expect, expect_accessible, sign_in, test as base, type Lang, type Page } from '../house.js';
import { PostOffice } from '../conversations/post_office.js';
import { MAIL_PASSWORD, MailServers } from './mail_servers.js';

const test = base.extend<{ outside: PostOffice; servers: MailServers; mailing: House; owner: Page; world: { servers: MailServers } }>({
	/** Everybody else's mail server; `refused-…` has nobody at that address. */
	outside: async ({}, use) => {
		const post = new PostOffice();
		await post.open();
		await use(post);
		post.close();
	},
	servers: async ({ outside }, use) => {
		const servers = new MailServers();
		await servers.start('moa.example', outside.port);
		await use(servers);
		await servers.stop();
	},
	mailing: async ({}, use) => {
		const house = new House({ SARANG_OUTSIDE_NETWORKS: '127.0.0.0/8' });
		house.add_user('owner');
		await house.start();
		await use(house);
		await house.remove();
	},
	owner: async ({ browser, mailing, lang }, use) => {
		const context = await browser.newContext({ baseURL: mailing.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', timezoneId: 'Asia/Seoul', viewport: { width: 1440, height: 900 } });
		await use(await sign_in(context, mailing, 'owner', lang));
		await context.close();
	},
	world: async ({ owner, servers }, use) => {
		const settings = { name: 'Help', address: 'help@moa.example', username: 'help', secret: MAIL_PASSWORD, imap_host: '127.0.0.1', imap_port: servers.imap_port, imap_tls: 'none', smtp_host: '127.0.0.1', smtp_port: servers.smtp_port, smtp_tls: 'none' };
		const answer = await owner.request.post('/api/mailboxes', { data: settings });
		expect(answer.status(), await answer.text()).toBe(201);
		await use({ servers });
	}
});


const SUBJECT = { ko: '견적서를 다시 받을 수 있을까요?', en: 'Could you send the quote again?' };
const TEXT = { ko: '지난주에 주신 견적서를 잃어버렸습니다.', en: 'We lost the quote of last week.' };
const ANSWER = { ko: '네, 다시 보내 드립니다.', en: 'Of course, here it is.' };

const word = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
function mail(from: string, subject: string, text: string, more = '', kind = 'text/plain'): string {
	const date = new Date().toUTCString().replace('GMT', '+0000');
	return `From: ${from}\nTo: help@moa.example\nSubject: ${word(subject)}\nDate: ${date}\nMessage-ID: <${crypto.randomUUID()}@story.example>\n${more}MIME-Version: 1.0\nContent-Type: ${kind}; charset=utf-8\n\n${text}\n`;
}
const first = (lang: Lang, from = 'Minji <minji@hanok.example>') => mail(from, SUBJECT[lang], TEXT[lang]);
/** Opens the conversation of somebody, as soon as it has come. */
async function open(page: Page, name: string): Promise<void> {
	await page.goto('/inbox?view=all');
	await page.getByRole('link', { name: new RegExp(name) }).first().click();
	await expect(page.getByRole('article').first()).toBeVisible();
}

test('a mailbox is added: a wrong password is explained, the right one connects, and mail appears while one looks', async ({ owner: page, servers, lang, say }) => {
	await page.goto('/settings/mailboxes');
	await page.getByRole('button', { name: say('mailbox-new') }).click();
	const fill = (key: string, value: string) => page.getByLabel(say(key), { exact: true }).fill(value);
	await fill('mailbox-address', 'help@moa.example');
	await fill('mailbox-username', 'help');
	await fill('mailbox-secret', 'not this one');
	for (const way of ['imap', 'smtp'] as const) {
		await fill(`mailbox-${way}-host`, '127.0.0.1');
		await page.getByLabel(say(`mailbox-${way}-tls`), { exact: true }).selectOption('none');
		await fill(`mailbox-${way}-port`, String(way === 'imap' ? servers.imap_port : servers.smtp_port));
	}
	await page.getByRole('button', { name: say('mailbox-test'), exact: true }).click();
	await expect(page.getByText(`✓ ${say('mailbox-step-connect')}`)).toBeVisible();
	await expect(page.getByText(`✗ ${say('mailbox-step-sign-in')}`)).toContainText(lang === 'ko' ? '비밀번호를 확인해 주세요' : 'Check user name and password');
	await expect_accessible(page, 'a test that failed');
	await fill('mailbox-secret', MAIL_PASSWORD);
	await page.getByRole('button', { name: say('mailbox-test'), exact: true }).click();
	for (const step of ['connect', 'sign-in', 'folder', 'smtp-connect', 'smtp-sign-in', 'sender']) await expect(page.getByText(`✓ ${say(`mailbox-step-${step}`)}`, { exact: true })).toBeVisible();
	await page.getByRole('button', { name: say('save') }).click();
	await expect(page.getByText(say('mailbox-well'), { exact: true })).toBeVisible();

	// What it says by itself is switched on, in words of our own.
	await page.getByRole('button', { name: say('mailbox-edit', { name: 'help@moa.example' }) }).click();
	await page.getByLabel(say('mailbox-acknowledge'), { exact: true }).check();
	await page.getByLabel(say('mailbox-acknowledge-ko')).fill('잘 받았습니다.');
	await page.getByRole('button', { name: say('save') }).click();
	await expect(page.getByRole('button', { name: say('mailbox-edit', { name: 'help@moa.example' }) })).toBeVisible();
	await page.getByRole('button', { name: say('mailbox-edit', { name: 'help@moa.example' }) }).click();
	await expect(page.getByLabel(say('mailbox-acknowledge-ko'))).toHaveValue('잘 받았습니다.');
	await expect(page.getByLabel(say('mailbox-acknowledge-en'))).toHaveAttribute('placeholder', /arrived/);
	await page.setViewportSize({ width: 390, height: 844 });
	await expect_accessible(page, 'the settings of a mailbox on a phone');
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
	await page.setViewportSize({ width: 1440, height: 900 });

	await page.goto('/inbox?view=all');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	servers.deliver('help', first(lang));
	await expect(page.getByRole('link', { name: new RegExp(SUBJECT[lang].slice(0, 8)) }).first()).toBeVisible();
});

test('an answer goes out in its thread, and one that comes back is told on it', async ({ owner: page, world, outside, lang, say }) => {
	world.servers.deliver('help', first(lang));
	world.servers.deliver('help', mail('Gone <refused-gone@hanok.example>', `${SUBJECT[lang]} 2`, TEXT[lang]));
	for (const [name, subject] of [['Minji', SUBJECT[lang]], ['Gone', `${SUBJECT[lang]} 2`]] as const) {
		await expect(async () => open(page, name)).toPass({ timeout: 30_000 });
		const field = page.getByLabel(say('reply-label'));
		// The key is there when the thread is.
		await expect(async () => {
			await page.keyboard.press('r');
			await expect(field).toBeFocused({ timeout: 1_000 });
		}).toPass();
		await page.keyboard.type(ANSWER[lang]);
		await page.keyboard.press('Control+Enter');
		await expect(page.getByText(say('delivery-is-held'))).toBeVisible();
		await expect(page.getByText(say('delivery-is-sent'), { exact: true }).first(), subject).toBeVisible({ timeout: 40_000 });
	}
	await expect.poll(() => outside.taken.map((one) => one.to), { timeout: 30_000 }).toContain('minji@hanok.example');
	expect(outside.taken[0]!.text).toMatch(/^In-Reply-To: </im);
	// The report of the server comes in by the mailbox and stands on the entry.
	await expect(page.getByText(say('delivery-is-bounced'), { exact: true })).toBeVisible({ timeout: 60_000 });
	await expect_accessible(page, 'an answer that came back');
});

test('a mail that cannot be read is a card, pictures come when they are asked for, an invitation is read', async ({ owner: page, world, lang, say }) => {
	world.servers.deliver('help', '\0\xff this has no header\nat all\n');
	const picture = 'http://127.0.0.1:9/spy.png';
	world.servers.deliver('help', mail('Html <html@hanok.example>', 'HTML', `<p>${TEXT[lang]}</p><img src="${picture}" alt="">`, '', 'text/html'));
	const invitation = ['BEGIN:VCALENDAR', 'METHOD:REQUEST', 'BEGIN:VEVENT', 'DTSTART;TZID=Asia/Seoul:20261130T150000', 'DTEND;TZID=Asia/Seoul:20261130T160000', 'SUMMARY:Demo', 'LOCATION:Room 3', 'END:VEVENT', 'END:VCALENDAR'].join('\n');
	world.servers.deliver('help', mail('Calendar <calendar@hanok.example>', 'Demo', invitation, '', 'text/calendar; method=REQUEST'));
	await expect(async () => open(page, lang === 'ko' ? '읽지 못한 메일' : 'could not be read')).toPass({ timeout: 30_000 });
	const raw = page.getByRole('link', { name: say('mail-raw') });
	await expect(raw).toBeVisible();
	const kept = await page.request.get((await raw.getAttribute('href'))!);
	expect((await kept.body()).toString('latin1')).toContain('this has no header');
	await expect_accessible(page, 'a card of a mail that could not be read');

	await open(page, 'Html');
	const asked: string[] = [];
	page.on('request', (request) => asked.push(request.url()));
	await page.keyboard.press('o');
	const button = page.getByRole('button', { name: say('original-pictures', { n: 1 }) });
	await expect(button).toBeVisible();
	await button.click();
	await expect(page.getByText(say('original-pictures-shown'))).toBeVisible();
	expect(asked.filter((url) => url.includes(':9/')), 'no browser of ours asks a stranger').toEqual([]);
	await page.keyboard.press('Escape');

	await open(page, 'Calendar');
	await expect(page.getByRole('article').first()).toContainText('15:00–16:00');
	await expect(page.getByRole('article').first()).toContainText('Room 3');
});

test('another subject on another day offers a split, which is taken back as easily', async ({ owner: page, world, lang, say }) => {
	const dated = (days: number, text: string) => text.replace(/^Date: .*$/m, `Date: ${new Date(Date.now() - days * 86_400_000).toUTCString().replace('GMT', '+0000')}`);
	const begun = dated(3, first(lang));
	const id = /^Message-ID: (<[^>]*>)/m.exec(begun)![1];
	world.servers.deliver('help', begun);
	const other = { ko: '세금계산서', en: 'Invoice' }[lang];
	world.servers.deliver('help', dated(0, mail('Minji <minji@hanok.example>', other, TEXT[lang], `In-Reply-To: ${id}\n`)));
	await expect(async () => {
		await open(page, 'Minji');
		await expect(page.getByRole('article')).toHaveCount(2, { timeout: 2000 });
	}).toPass({ timeout: 40_000 });
	const whole = page.url();
	await expect(page.getByText(say('mail-new-subject', { subject: other }))).toBeVisible();
	await expect_accessible(page, 'the offer of a split');
	await page.getByRole('button', { name: say('mail-part-here') }).click();
	await expect(page.getByRole('heading', { name: other })).toBeVisible();
	await expect(page.getByRole('article')).toHaveCount(1);
	await page.getByRole('button', { name: say('undo') }).click();
	await expect(page).toHaveURL(whole);
	await expect(page.getByRole('article')).toHaveCount(2);
});
