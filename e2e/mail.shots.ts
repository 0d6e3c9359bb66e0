// Pictures of the inbox at work with a real mailbox, for looking at: `npm run shots`.
import { House, sign_in, test } from './house.js';
import { PostOffice } from './conversations/post_office.js';
import { MAIL_PASSWORD, MailServers, has_mail_servers } from './frontdoor/mail_servers.js';

test.setTimeout(600_000);
test('the inbox with a mailbox', async ({ browser, lang }) => {
	if (!has_mail_servers()) throw new Error('Dovecot and OpenSMTPD want to be installed, and root');
	const post = new PostOffice();
	await post.open();
	const servers = new MailServers();
	await servers.start('moa.example', post.port);
	const house = new House({ SARANG_OUTSIDE_NETWORKS: '127.0.0.0/8' });
	for (const role of ['owner', 'agent'] as const) house.add_user(role);
	await house.start();
	const context = await browser.newContext({ baseURL: house.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', timezoneId: 'Asia/Seoul', viewport: { width: 1440, height: 900 } });
	const page = await sign_in(context, house, 'owner', lang);
	const settings = { name: 'Help', address: 'help@moa.example', username: 'help', secret: MAIL_PASSWORD, imap_host: '127.0.0.1', imap_port: servers.imap_port, imap_tls: 'none', smtp_host: '127.0.0.1', smtp_port: servers.smtp_port, smtp_tls: 'none', auth_server: 'mx.moa.example' };
	await page.request.post('/api/mailboxes', { data: settings });
	const word = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
	const mail = (n: number, from: string, subject: string, text: string, more = '', days = 0, kind = 'text/plain') =>
		`Authentication-Results: mx.moa.example; dkim=pass header.d=hanok.example; spf=pass; dmarc=pass header.from=hanok.example\nFrom: ${from}\nTo: help@moa.example\nCc: Jun <jun@hanok.example>\nSubject: ${word(subject)}\nDate: ${new Date(Date.now() - days * 86_400_000).toUTCString().replace('GMT', '+0000')}\nMessage-ID: <${n}@hanok.example>\n${more}MIME-Version: 1.0\nContent-Type: ${kind}; charset=utf-8\n\n${text}\n`;
	const ko = lang === 'ko';
	const minji = `${word(ko ? '김민지' : 'Minji Kim')} <minji@hanok.example>`;
	servers.deliver('help', mail(1, minji, ko ? '보기를 바꾸면 필터가 풀려요' : 'Filters fall back', ko ? '보기를 바꿀 때마다 필터가 풀립니다. 매번 다시 골라야 해서 힘드네요.' : 'Each time I change the view, the filters are gone.', '', 3));
	servers.deliver('help', mail(2, minji, ko ? '세금계산서 발행 문의' : 'An invoice', ko ? '세금계산서는 언제 받을 수 있을까요?' : 'When do we get the invoice?', 'In-Reply-To: <1@hanok.example>\n'));
	servers.deliver('help', mail(3, `${word(ko ? '없는 사람' : 'Gone')} <refused-gone@hanok.example>`, ko ? '견적 요청' : 'A quote', ko ? '견적을 부탁드립니다.' : 'Please send a quote.'));
	servers.deliver('help', mail(4, 'News <news@hanok.example>', 'Newsletter', `<h1>${ko ? '새 소식' : 'News'}</h1><p><img src="http://127.0.0.1:9/a.png" alt="a"><img src="http://127.0.0.1:9/b.png" alt="b"></p>`, '', 0, 'text/html'));
	servers.deliver('help', '\0\xff this has no header\nat all\n');
	await new Promise((done) => setTimeout(done, 6000));
	type Items = { items: { id: string; person: { id: string } | null; subject: string }[] };
	const all = ((await (await page.request.get('/api/conversations?view=all')).json()) as Items).items;
	const id = (subject: RegExp) => all.find((one) => subject.test(one.subject))?.id ?? all[0]!.id;
	const gone = id(/견적|quote/);
	await page.request.post(`/api/conversations/${gone}/replies`, { data: { text: ko ? '네, 보내 드리겠습니다.' : 'Here it is.', to: [{ address: 'refused-gone@hanok.example' }], held_secs: 0 } });
	await new Promise((done) => setTimeout(done, 15_000));
	const unreadable = all.find((one) => !one.subject)?.id ?? all.at(-1)!.id;
	const thread = id(/필터|Filters/);
	const shot = async (name: string, path: string, before: () => Promise<void> = async () => {}) => {
		for (const theme of (process.env.THEMES ?? 'light,dark').split(',') as ('light' | 'dark')[])
			for (const width of (process.env.WIDTHS ?? '1440,390').split(',').map(Number)) {
				await page.emulateMedia({ colorScheme: theme });
				await page.setViewportSize({ width, height: width > 1000 ? 900 : 844 });
				await page.goto(path);
				await page.locator('h1').first().waitFor();
				await page.waitForTimeout(1200);
				await before().catch((error: unknown) => console.log(name, String(error).split('\n')[0]));
				await page.waitForTimeout(400);
				await page.screenshot({ path: `shots/mail-${lang}-${theme}-${width}-${name}.png` });
			}
	};
	const press = (key: string) => async () => page.keyboard.press(key);
	await shot('inbox', '/inbox?view=all');
	await shot('thread', `/inbox/${thread}?view=all`);
	await shot('facts', `/inbox/${thread}?view=all`, () => page.locator('details summary').filter({ hasText: /✓|✗/ }).first().click());
	await shot('bounced', `/inbox/${gone}?view=all`);
	await shot('unreadable', `/inbox/${unreadable}?view=all`);
	await shot('original', `/inbox/${id(/Newsletter/)}?view=all`, press('o'));
	await shot('snooze', `/inbox/${thread}?view=all`, async () => {
		await page.keyboard.press('s');
		await page.keyboard.type(ko ? '내일 오전 10시' : 'tomorrow 10am');
	});
	await shot('assign', `/inbox/${thread}?view=all`, press('a'));
	await shot('join', `/inbox/${thread}?view=all`, press('m'));
	await shot('part', `/inbox/${thread}?view=all`, press('Shift+M'));
	await shot('macro', `/inbox/${thread}?view=all`, press(';'));
	await shot('keys', `/inbox/${thread}?view=all`, press('?'));
	await shot('unanswered', '/inbox?view=waiting');
	await shot('mailboxes', '/settings/mailboxes');
	await shot('mailbox-form', '/settings/mailboxes', async () => {
		await page.getByRole('button', { name: /help@moa\.example/ }).first().click();
		await page.locator('input[type=checkbox]').first().check();
		await page.locator('details summary').last().click();
	});
	await shot('own', '/settings/me');
	await shot('hours', '/settings/hours');
	await shot('routing', '/settings/routing');
	await shot('learned', '/learned');
	await shot('person', `/people/${all.find((one) => one.id === thread)!.person!.id}`);
	await context.close();
	await house.remove();
	await servers.stop();
	post.close();
});
