// A house of its own whose mail goes out to a post office on this machine, with people who work in it.
import { PostOffice } from './conversations/post_office.js';
import { House, expect, sign_in, test as base, type Page } from './house.js';

export type Someone = (role: 'agent' | 'curator' | 'owner', width?: number) => Promise<Page>;

export const test = base.extend<{ post: PostOffice; mailing: House; someone: Someone }>({
	post: async ({}, use) => {
		const post = new PostOffice();
		await post.open();
		await use(post);
		post.close();
	},
	mailing: async ({ post }, use) => {
		const house = new House({ SARANG_OUTSIDE_NETWORKS: '127.0.0.0/8' });
		for (const role of ['owner', 'curator', 'agent'] as const) house.add_user(role);
		await house.start();
		const token = house.run(['token', 'create', '--user', 'owner@moa.example', '--scope', 'all']).trim();
		const mailbox = { name: 'Help', address: 'help@moa.example', from_name: 'Moa', signature: 'Moa', imap_host: '127.0.0.1', imap_port: 1, imap_tls: 'none', smtp_host: '127.0.0.1', smtp_port: post.port, smtp_tls: 'none', secret: 'sesame', active: false };
		const answer = await fetch(`${house.url}/api/mailboxes`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify(mailbox) });
		expect(answer.ok, await answer.clone().text()).toBe(true);
		await use(house);
		await house.remove();
	},
	someone: async ({ browser, mailing, lang }, use) => {
		const open: { close(): Promise<void> }[] = [];
		await use(async (role, width = 1440) => {
			const context = await browser.newContext({ baseURL: mailing.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', timezoneId: 'Asia/Seoul', viewport: { width, height: 844 }, permissions: ['clipboard-read', 'clipboard-write'] });
			open.push(context);
			return sign_in(context, mailing, role, lang);
		});
		for (const context of open) await context.close();
	}
});

/** Posts and reads the answer; anything but `status` fails. */
export async function send<T = { id: string }>(page: Page, path: string, data: unknown, status: number): Promise<T> {
	const answer = await page.request.post(path, { data });
	expect(answer.status(), await answer.text()).toBe(status);
	return (status === 204 ? {} : await answer.json()) as T;
}

/** Somebody writes in by mail. */
export const bring_in = (page: Page, name: string, text: string) =>
	send<{ id: string; person: { id: string } }>(page, '/api/conversations', { channel: 'email', subject: text, person: { name, email: `${name}@example.com` }, text }, 201);
