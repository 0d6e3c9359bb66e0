// A house whose mail goes to a post office on this machine, and those who work in it.
import { House, expect, sign_in, test as base, type Page } from '../house.js';
import { PostOffice } from './post_office.js';

export type Entry = { id: string; text: string; deliveries: { state: string }[]; attachments: { name: string }[] };
export type Thread = { id: string; status: string; entries: Entry[] };

/** A house of its own whose mail goes to a post office on this machine. */
export const test = base.extend<{ post: PostOffice; mailing: House; someone: (role: 'agent' | 'owner', width?: number) => Promise<Page> }>({
	post: async ({}, use) => {
		const post = new PostOffice();
		await post.open();
		await use(post);
		post.close();
	},
	mailing: async ({ post }, use) => {
		const house = new House({ SARANG_OUTSIDE_NETWORKS: '127.0.0.0/8' });
		for (const role of ['owner', 'agent'] as const) house.add_user(role);
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
			const context = await browser.newContext({ baseURL: mailing.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', timezoneId: 'Asia/Seoul', viewport: { width, height: 844 } });
			open.push(context);
			return sign_in(context, mailing, role, lang);
		});
		for (const context of open) await context.close();
	}
});

export async function bring_in(page: Page, name: string, text: string): Promise<string> {
	const body = { channel: 'email', subject: `${text} ${name}`, person: { name, email: `${name}@example.com` }, text };
	const answer = await page.request.post('/api/conversations', { data: body });
	expect(answer.status(), await answer.text()).toBe(201);
	return ((await answer.json()) as Thread).id;
}
export const thread_of = async (page: Page, id: string) => (await (await page.request.get(`/api/conversations/${id}`)).json()) as Thread;
