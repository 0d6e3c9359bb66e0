// In public: the owner shows a roadmap, a visitor whose browser runs no script asks to be told, proves the address, is told
// when it ships, reads on their own page what became of it, says stop, and is taken along and erased.
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { read_text, type PostOffice } from '../conversations/post_office.js';
import { expect, expect_accessible, read, type Page } from '../house.js';
import { send, test } from '../mailing.js';

const PHONE = { width: 390, height: 844 };
const WORDS = {
	ko: { title: '보기를 바꿔도 필터가 남아요', about: '새로 고쳐도 걸어 둔 필터가 그대로입니다.', news: '이제 필터가 보기마다 따로 저장됩니다.', why: '매주 월요일마다 필터를 다시 걸고 있어요.', more: '날짜 필터도 남으면 좋겠어요.' },
	en: { title: 'Views keep their filters', about: 'What you filtered by is still there after a reload.', news: 'Filters are kept for each view now.', why: 'I set my filters again every Monday.', more: 'Date filters should stay as well.' }
};
const NAME = '소반 Soban';

/** Looks at a page as it was sent: small, wide enough for a phone, and clean for axe in both themes. */
class Inspector {
	#page: Page | undefined;
	#context: BrowserContext | undefined;
	constructor(
		readonly browser: Browser,
		readonly lang: string
	) {}

	async look(page: Page, name: string): Promise<void> {
		this.#context ??= await this.browser.newContext({ bypassCSP: true });
		this.#page ??= await this.#context.newPage();
		const html = await page.content();
		expect(Buffer.byteLength(html), `${name}: bytes of the page`).toBeLessThanOrEqual(60_000);
		expect(html, `${name}: no script`).not.toContain('<script');
		for (const theme of ['light', 'dark'] as const)
			for (const width of [390, 1280]) {
				await this.#page.emulateMedia({ colorScheme: theme });
				await this.#page.setViewportSize({ width, height: 844 });
				await this.#page.setContent(html);
				expect.soft(await this.#page.evaluate(() => document.documentElement.scrollWidth), `${name}, ${width}`).toBeLessThanOrEqual(width);
				if (process.env.SHOTS) {
					mkdirSync('shots', { recursive: true });
					await this.#page.screenshot({ path: `shots/public-${this.lang}-${theme}-${width}-${name}.png`, fullPage: true });
				}
				// What is wide has the same parts as what is narrow.
				if (width > 390) continue;
				const found = await new AxeBuilder({ page: this.#page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
				expect.soft(
					found.violations.map((v) => `${v.id}: ${v.help} ${v.nodes.map((n) => n.html).join(' ')}`),
					`axe on ${name}, ${theme}`
				).toEqual([]);
			}
	}
	async close(): Promise<void> {
		await this.#context?.close();
	}
}

/** A link of a mail, whichever of its parts it stands in and however that is written. */
function link_in(mail: string, path: string): string {
	const encoded = (mail.match(/(?:[A-Za-z0-9+/]{60,}={0,2}\r?\n)+[A-Za-z0-9+/]*={0,2}/g) ?? []).map((part) => Buffer.from(part, 'base64').toString());
	const plain = mail.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
	const found = [read_text(mail), plain, ...encoded].map((text) => new RegExp(`https?://[^\\s"<>]+(${path}[^\\s"<>]+)`).exec(text)?.[1]).find(Boolean);
	if (!found) throw new Error(`no ${path} in\n${mail}`);
	return found;
}
/** As somebody who loads a page again: what everybody sees may be kept for a minute. */
async function open(page: Page, path: string): Promise<void> {
	await page.goto(path);
	await page.reload();
}
const newest = (post: PostOffice, to: string) => post.taken.filter((one) => one.to === to);

test('a visitor without scripts asks, is told when it ships, and has it all taken along and erased', async ({ someone, mailing, post, browser, lang, say }) => {
	// Some forty pictures are looked at by axe.
	test.setTimeout(420_000);
	const owner = await someone('owner');
	await owner.request.put('/api/telling_settings', { data: { rate: 6000, four_eyes_over: 30 } });
	const context = await browser.newContext({ baseURL: mailing.url, javaScriptEnabled: false, viewport: PHONE, locale: lang === 'ko' ? 'ko-KR' : 'en-US' });
	const visitor = await context.newPage();
	const inspector = new Inspector(browser, lang);
	const words = WORDS[lang];
	const email = `minji+${lang}@example.com`;

	// Nothing is there before it is switched on.
	expect((await visitor.goto('/public'))!.status()).toBe(404);
	await inspector.look(visitor, 'nothing');
	await owner.goto('/settings/public');
	await owner.getByLabel(say('public-on')).check();
	await owner.getByLabel(say('public-name'), { exact: true }).fill(NAME);
	await owner.getByLabel(say('public-colour')).fill('#8a3b2a');
	await owner.getByLabel(say('public-counts')).check();
	await owner.getByLabel(say('public-wishes')).check();
	await owner.getByLabel(say('public-door'), { exact: true }).first().selectOption({ label: 'Help' });
	await expect_accessible(owner, 'how the public roadmap is kept');
	await owner.getByRole('button', { name: say('save') }).first().click();
	await expect(owner.getByText(say('public-saved'))).toBeVisible();
	await visitor.goto('/public');
	await expect(visitor.getByText(say('outside-none'))).toBeVisible();
	await inspector.look(visitor, 'empty');

	// An item is shown, in words of its own.
	const tag = await send(owner, '/api/tags', { label: { ko: '필터', en: 'Filters' } }, 201);
	const item = await send(owner, '/api/roadmap/items', { title: { ko: '내부 이름', en: 'INTERNAL name' }, tags: [{ tag: tag.id, mode: 'include' }] }, 201);
	await owner.goto(`/roadmap/${item.id}`);
	await owner.getByRole('button', { name: say('public-edit') }).click();
	await owner.getByLabel(say('public-show')).check();
	for (const [field, key] of [['public-title', 'title'], ['public-problem', 'about'], ['public-news', 'news']] as const)
		for (const one of ['ko', 'en'] as const) await owner.getByRole('group', { name: say(field), exact: true }).getByLabel(say(`public-in-${one}`)).fill(WORDS[one][key]);
	await expect_accessible(owner, 'what of an item is public');
	await owner.getByRole('button', { name: say('save') }).click();
	await expect(owner.getByRole('link', { name: say('public-is') })).toBeVisible();

	// Both languages, for anybody; the roadmap leads to the item, and the header to the other language and to what is new.
	for (const one of ['ko', 'en'] as const) {
		await open(visitor, `/${one}/roadmap`);
		await expect(visitor.locator('html')).toHaveAttribute('lang', one);
		await expect(visitor.getByRole('link', { name: WORDS[one].title })).toBeVisible();
		await inspector.look(visitor, `roadmap-${one}`);
		await open(visitor, `/${one}/changes`);
		await inspector.look(visitor, `changes-none-${one}`);
	}
	await visitor.goto(`/${lang === 'ko' ? 'en' : 'ko'}/roadmap`);
	await visitor.getByRole('link', { name: lang === 'ko' ? '한국어' : 'English' }).click();
	await visitor.getByRole('link', { name: words.title }).click();
	await expect(visitor.getByRole('heading', { level: 1 })).toHaveText(words.title);
	expect(await visitor.content()).not.toContain('INTERNAL');
	await expect(visitor.getByText(words.about)).toBeVisible();
	await expect(visitor.getByText(words.news), 'nothing is new before it ships').toHaveCount(0);
	await inspector.look(visitor, 'item');

	// “Tell me when”: what is no address comes back with what was written; a good one is sent a mail.
	await visitor.getByLabel(say('outside-email')).fill('minji..kim@example.com');
	await visitor.getByLabel(say('outside-why')).fill(words.why);
	await visitor.getByRole('button', { name: say('outside-tell-send') }).click();
	await expect(visitor.getByRole('alert')).toHaveText(say('outside-no-address'));
	await expect(visitor.getByLabel(say('outside-why'))).toHaveValue(words.why);
	await inspector.look(visitor, 'no-address');
	await visitor.getByLabel(say('outside-email')).fill(email);
	await visitor.getByRole('button', { name: say('outside-tell-send') }).click();
	await expect(visitor.getByRole('status')).toHaveText(say('outside-sent'));
	await inspector.look(visitor, 'sent');
	await expect.poll(() => newest(post, email).length).toBe(1);
	await visitor.goto(link_in(newest(post, email)[0]!.text, '/tell/'));
	await expect(visitor.getByRole('heading', { level: 1 })).toHaveText(say('outside-prove'));
	await inspector.look(visitor, 'prove');
	type Asks = { open: number; items: { words: string | null; person: { id: string } }[] };
	const asks = () => read<Asks>(owner, `/api/roadmap/items/${item.id}/asks`);
	expect((await asks()).open, 'a link alone proves nothing').toBe(0);
	await visitor.getByRole('button', { name: say('outside-prove-send') }).click();
	await expect(visitor.getByRole('status')).toHaveText(say('outside-proved'));
	await inspector.look(visitor, 'proved');

	// It is an ask like every other, with what they wrote; the conversation it began can be tagged and answered.
	const all = await asks();
	expect([all.open, all.items[0]!.words]).toEqual([1, words.why]);
	await owner.goto(`/roadmap/${item.id}`);
	await expect(owner.getByText(words.why).first()).toBeVisible();

	// It ships, and they are told.
	await owner.getByRole('button', { name: say('item-status-change') }).click();
	await owner.getByRole('menuitemradio', { name: say('item-status-shipped') }).click();
	await expect(owner.getByRole('region', { name: say('loop-title') }).getByText(say('news-kind-shipped'), { exact: true })).toBeVisible();
	await owner.getByRole('button', { name: say('news-tell') }).first().click();
	await expect(owner).toHaveURL(/\/news\/tell\//);
	await expect(owner.locator('.letter blockquote')).toHaveText(words.why);
	await owner.getByRole('button', { name: say('tell-send-first'), exact: true }).click();
	await owner.getByRole('button', { name: say('tell-send'), exact: true }).click();
	await expect(owner.locator('footer p')).toHaveText(new RegExp(`^\\s*${say('telling-state-done')}`), { timeout: 20_000 });
	await expect.poll(() => newest(post, email).length).toBe(2);
	for (const one of ['ko', 'en'] as const) {
		await open(visitor, `/${one}/changes`);
		await expect(visitor.getByText(WORDS[one].news)).toBeVisible();
		await inspector.look(visitor, `changes-${one}`);
		await open(visitor, `/${one}/roadmap`);
		await inspector.look(visitor, `roadmap-shipped-${one}`);
	}
	await visitor.getByRole('link', { name: WORDS.en.title }).click();
	await inspector.look(visitor, 'item-shipped');

	// Their own page: what they said, and what became of it, in both languages.
	const own = link_in(newest(post, email)[1]!.text, '/me/').split('?')[0]!;
	for (const one of ['ko', 'en'] as const) {
		await visitor.goto(`${own}?lang=${one}`);
		await expect(visitor.getByText(words.why)).toBeVisible();
		await expect(visitor.getByRole('link', { name: WORDS[one].title })).toBeVisible();
		await inspector.look(visitor, `own-${one}`);
	}
	await visitor.goto(`${own}?lang=${lang}`);
	await visitor.getByText(say('outside-own-more')).first().click();
	await visitor.getByLabel(say('outside-own-more')).fill(words.more);
	await visitor.getByRole('button', { name: say('outside-own-send') }).click();
	await expect(visitor.getByRole('status')).toHaveText(say('outside-own-done-said'));
	await inspector.look(visitor, 'own-said');
	await visitor.getByRole('button', { name: say('outside-own-stop') }).click();
	await expect(visitor.getByText(say('outside-own-silent'))).toBeVisible();
	await inspector.look(visitor, 'own-stopped');
	await visitor.goto(`${own}/stop?lang=${lang}`);
	await inspector.look(visitor, 'stop');

	// An address that works no more leads to a new one, by mail.
	expect((await visitor.goto(`/me/${'0'.repeat(26)}.${'0'.repeat(16)}.20000?lang=${lang}`))!.status()).toBe(404);
	await expect(visitor.getByRole('heading', { level: 1 })).toHaveText(say('outside-lost'));
	await inspector.look(visitor, 'lost');
	await visitor.getByLabel(say('outside-email')).fill(email.toUpperCase());
	await visitor.getByRole('button', { name: say('outside-lost-send') }).click();
	await expect(visitor.getByText(say('outside-lost-sent'))).toBeVisible();
	await inspector.look(visitor, 'lost-sent');
	await expect.poll(() => newest(post, email).length).toBe(3);
	await visitor.goto(link_in(newest(post, email)[2]!.text, '/me/'));
	await expect(visitor.getByText(words.why)).toBeVisible();

	// Taken along and erased.
	const taken = (await (await visitor.request.get(`${own}/export.json`)).json()) as { asks: { title: { ko: string }; words: string[]; told: { kind: string }[] }[] };
	expect([taken.asks[0]!.title.ko, taken.asks[0]!.words, taken.asks[0]!.told.map((one) => one.kind)]).toEqual([WORDS.ko.title, [words.why], ['shipped']]);
	await visitor.getByRole('link', { name: say('outside-own-erase') }).click();
	await inspector.look(visitor, 'erase');
	await visitor.getByLabel(say('outside-erase-sure')).check();
	await visitor.getByRole('button', { name: say('outside-erase-send') }).click();
	await expect(visitor.getByRole('status')).toHaveText(say('outside-erased'));
	await inspector.look(visitor, 'erased');
	expect((await visitor.goto(own))!.status()).toBe(404);
	expect((await read<{ items: unknown[] }>(owner, `/api/search?q=${encodeURIComponent(words.why)}`)).items).toEqual([]);
	expect((await asks()).items.map((one) => one.words).filter(Boolean), 'the ask stays in the sum, without a word').toEqual([]);
	await inspector.close();
	await context.close();
});
