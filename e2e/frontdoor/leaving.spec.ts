// The form for customers who leave: switched on in settings, filled in without JavaScript on a phone, proved by a mail, and
// in the inbox as a conversation whose reasons are tags.
import { expect, expect_accessible, read } from '../house.js';
import { send, test } from '../mailing.js';

type Made = { id: string };
type Found = { items: { id: string; channel: string; person: { id: string } | null }[] };

/** The address of the page that a mail leads to, wherever in its parts and however written it stands. */
function find_link(mail: string): string {
	const written = mail.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
	const encoded = (mail.match(/(?:[A-Za-z0-9+/]{60,}={0,2}\r?\n)+[A-Za-z0-9+/]*={0,2}/g) ?? []).map((part) => Buffer.from(part, 'base64').toString());
	const found = [written, ...encoded].map((text) => /https?:\/\/[^\s"<>]+\/leave\/[^\s"<>?/]+/.exec(text)?.[0]).find(Boolean);
	if (!found) throw new Error(`no link in\n${mail}`);
	return found;
}

test('a customer who leaves says why, and it comes in as their tags', async ({ someone, browser, mailing, post, lang, say }) => {
	const owner = await someone('owner');
	const reasons = lang === 'ko' ? ['너무 비쌉니다', '달력이 없습니다'] : ['Too expensive', 'There is no calendar'];
	const branch = await send<Made>(owner, '/api/tags', { label: { ko: '이탈', en: 'Leaving' } }, 201);
	for (const label of reasons) await send<Made>(owner, '/api/tags', { label: { [lang]: label }, parent: branch.id }, 201);

	// Settings: the reasons are chosen one after the other, with what stands below a branch at once.
	await owner.goto('/settings/public');
	const form = owner.getByRole('form', { name: say('leave-form') });
	await form.getByLabel(say('leave-form-on')).check();
	const pick = form.getByRole('combobox', { name: say('leave-form-pick') });
	const offer = async (words: string) => {
		await pick.press('ArrowDown');
		await owner.getByRole('option', { name: words, exact: true }).click();
	};
	await offer(lang === 'ko' ? '이탈' : 'Leaving');
	await form.getByRole('button', { name: say('leave-form-below', { n: 2 }) }).click();
	await form.getByRole('button', { name: say('leave-form-remove', { name: lang === 'ko' ? '이탈' : 'Leaving' }), exact: true }).click();
	await expect(form.getByRole('listitem')).toHaveCount(2);
	await form.getByRole('button', { name: say('save') }).click();
	await expect(owner.getByText(say('public-saved'))).toBeVisible();
	await expect_accessible(owner, 'settings of the leaving form');
	await owner.setViewportSize({ width: 390, height: 844 });
	expect(await owner.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

	// A customer on a phone, without JavaScript.
	const plain = await browser.newContext({ baseURL: mailing.url, javaScriptEnabled: false, locale: lang === 'ko' ? 'ko-KR' : 'en-US', viewport: { width: 390, height: 844 } });
	const customer = await plain.newPage();
	await customer.goto('/leave');
	await expect(customer).toHaveURL(new RegExp(`/${lang}/leave$`));
	await customer.getByRole('button').click();
	await expect(customer.getByRole('alert')).toBeVisible();
	for (const label of reasons) await customer.getByLabel(label).check();
	await customer.getByLabel(say('outside-leave-words')).fill(lang === 'ko' ? '달력만 있었더라면요.' : 'A calendar would have kept me.');
	await customer.getByLabel(say('outside-leave-news-yes')).check();
	await customer.getByLabel(say('outside-leave-email')).fill('minji@example.com');
	await customer.getByRole('button').click();
	await expect(customer.getByRole('status')).toHaveText(say('outside-leave-thanks'));

	// axe needs scripts of its own: the same pages with JavaScript.
	const seen = await browser.newContext({ baseURL: mailing.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', viewport: { width: 390, height: 844 }, bypassCSP: true });
	const looked = await seen.newPage();
	for (const path of [`/${lang}/leave`, `/${lang}/leave/sent`]) {
		await looked.goto(path);
		await expect_accessible(looked, path);
		expect(await looked.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
	}
	await seen.close();

	// Only once the address is proved it is theirs.
	const list = () => read<Found>(owner, '/api/conversations?view=all').then(({ items }) => items.filter((one) => one.channel === 'form'));
	await expect.poll(() => post.taken.some((one) => one.to === 'minji@example.com')).toBe(true);
	expect(await list()).toHaveLength(0);
	await customer.goto(find_link(post.taken.find((one) => one.to === 'minji@example.com')!.text));
	await customer.getByRole('button', { name: say('outside-leave-prove-send') }).click();
	await expect(customer.getByRole('status')).toHaveText(say('outside-leave-proved'));
	await customer.getByRole('link', { name: say('outside-own-link') }).click();
	await expect(customer.getByRole('link', { name: say('outside-leave-own') })).toBeVisible();
	await plain.close();

	const found = await list();
	expect(found).toHaveLength(1);
	await owner.setViewportSize({ width: 1440, height: 900 });
	await owner.goto(`/inbox/${found[0]!.id}?view=all`);
	for (const label of reasons) await expect(owner.getByText(label).first()).toBeVisible();
	await expect(owner.getByText(say('kind-leaving')).first()).toBeVisible();
});
