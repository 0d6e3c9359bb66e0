// Whose turn it is by one key; what to know before selling; an ambassador who agreed; the questions of the house; on a phone.
import { expect, expect_accessible, read } from '../house.js';
import { bring_in, send, test } from '../mailing.js';

const SAID = {
	ko: { buy: '직원 45명인 회사인데 연간 요금제 견적을 받을 수 있을까요?', help: '로그인이 안 됩니다. 오류가 나요.', fond: '잘 쓰고 있습니다. 고맙습니다.' },
	en: { buy: 'We are 45 people, could we get a quote for the yearly plan?', help: 'I cannot log in, there is an error.', fond: 'We use it every day, thank you.' }
};
type Route = { route: { purpose: string; sentence: { ko: string; en: string } } | null };
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 844 };

test('the next turn comes by one key, and the list stands in the order of turns', async ({ someone, lang, say }) => {
	const page = await someone('agent');
	const first = await bring_in(page, 'first', SAID[lang].help);
	const second = await bring_in(page, 'second', SAID[lang].buy);
	for (const { id } of [first, second]) await expect.poll(async () => (await read<Route>(page, `/api/conversations/${id}/route`)).route).not.toBeNull();
	await page.goto('/inbox?view=waiting&sort=turn');
	const { items } = await read<{ items: { id: string }[] }>(page, '/api/conversations?view=waiting&sort=turn');
	expect(items).toHaveLength(2);
	await expect(page.getByRole('listitem').first().locator('a')).toHaveAttribute('href', new RegExp(items[0]!.id));
	await expect_accessible(page, 'the order of turns');
	await page.locator('h1').first().click();
	await page.keyboard.press('Shift+J');
	await expect(page).toHaveURL(new RegExp(items[0]!.id));
	// The one that is open is not the next one. Why it is here is said when asked for.
	const why = page.getByRole('region', { name: say('why-title') });
	const { sentence } = (await read<Route>(page, `/api/conversations/${items[0]!.id}/route`)).route!;
	await expect(why).toBeVisible();
	await expect(page.getByText(sentence[lang])).toHaveCount(0);
	await why.getByRole('button', { name: say('why-show') }).click();
	await expect(page.getByText(sentence[lang])).toBeVisible();
	await why.getByRole('button', { name: say('turn-next') }).click();
	await expect(page).toHaveURL(new RegExp(items[1]!.id));
	for (const { id } of items) await send(page, `/api/conversations/${id}/closing`, {}, 200);
	await page.locator('h1').first().click();
	await page.keyboard.press('Shift+J');
	await expect(page.getByText(say('turn-none'))).toBeVisible();
});

test('what to know before selling, and an ambassador who agreed', async ({ someone, lang, say }) => {
	const page = await someone('agent');
	const friend = await bring_in(page, 'friend', SAID[lang].fond);
	const asker = await bring_in(page, 'asker', SAID[lang].buy);
	await expect.poll(async () => (await read<Route>(page, `/api/conversations/${asker.id}/route`)).route).not.toBeNull();
	await send(page, `/api/conversations/${asker.id}/route`, { reason: 'purpose', purpose: 'buy' }, 200);
	await page.goto(`/inbox/${asker.id}?view=all`);
	const why = page.getByRole('region', { name: say('why-title') });
	await expect(why.getByRole('button', { name: say('packet-open') })).toBeVisible();
	await page.locator('h1').first().click();
	await page.keyboard.press('Shift+P');
	const packet = page.getByRole('dialog', { name: say('packet-title') });
	await expect(packet.getByRole('heading', { name: say('packet-why') })).toBeVisible();
	await expect(packet.getByRole('heading', { name: say('packet-opening') })).toBeVisible();
	await expect_accessible(page, 'before selling');
	await packet.getByRole('button', { name: say('packet-copy') }).click();
	await expect(page.getByText(say('packet-copied'))).toBeVisible();
	const copied = await page.evaluate(() => navigator.clipboard.readText());
	const { sentence } = (await read<Route>(page, `/api/conversations/${asker.id}/route`)).route!;
	expect(copied).toContain(sentence[lang]);
	await page.keyboard.press('Escape');
	// On a phone what stands beside the conversation is opened first.
	const phone = await someone('agent', 390);
	await phone.goto(`/inbox/${asker.id}?view=all`);
	await phone.getByRole('button', { name: say('context-show') }).click();
	await phone.getByRole('button', { name: say('packet-open') }).click();
	await expect(phone.getByRole('button', { name: say('packet-print') })).toBeVisible();
	await expect_accessible(phone, 'before selling, on a phone');

	// Nobody is offered before they agreed.
	await why.getByRole('button', { name: say('ambassador-open') }).click();
	const ask = page.getByRole('dialog', { name: say('ambassador-title') });
	await expect(ask.getByText(say('ambassador-nobody'))).toBeVisible();
	await page.keyboard.press('Escape');
	await send(page, `/api/persons/${friend.person.id}/consents`, { kind: 'ambassador', given: true, source: 'a call' }, 201);
	await page.goto(`/inbox/${asker.id}?view=all`);
	await why.getByRole('button', { name: say('ambassador-open') }).click();
	await ask.getByRole('button', { name: 'friend' }).click();
	await expect(ask.getByLabel(say('ambassador-text'))).not.toHaveValue(/asker|45/);
	await expect_accessible(page, 'asking an ambassador');
	await ask.getByRole('button', { name: say('ambassador-send'), exact: true }).click();
	await expect(page.getByText(say('ambassador-asked'))).toBeVisible();
	await ask.getByRole('link').first().click();
	await expect(page.getByRole('button', { name: /friend@example\.com/ })).toBeVisible();
});

test('the questions of the house are written, changed and switched off, each with what came of it', async ({ someone, say }) => {
	const page = await someone('curator');
	await expect.poll(async () => (await read<{ items: unknown[] }>(page, '/api/probes')).items.length).toBeGreaterThan(5);
	await page.goto('/settings/questions');
	await page.getByRole('button', { name: say('question-add') }).click();
	const form = page.getByRole('form', { name: say('question-add') });
	await form.getByLabel(say('question-ko')).fill('요즘 무엇이 가장 바쁘신가요?');
	await form.getByLabel(say('question-en')).fill('What keeps you busiest these days?');
	await expect_accessible(page, 'a new question');
	await form.getByRole('button', { name: say('save') }).click();
	const mine = page.getByRole('listitem').filter({ hasText: /요즘 무엇이 가장 바쁘신가요|What keeps you busiest these days/ });
	await expect(mine).toContainText(say('learned-few', { n: 0, of: 0 }));
	await mine.getByRole('button', { name: say('question-edit') }).click();
	const change = page.getByRole('form', { name: say('question-edit') });
	await change.getByLabel(say('question-en')).fill('What keeps you busiest these days, and why?');
	await change.getByRole('button', { name: say('save') }).click();
	await expect(change).toHaveCount(0);
	await mine.getByRole('button', { name: say('question-switch-off') }).click();
	await expect(mine).toContainText(say('question-off'));
	const { items } = await read<{ items: { text: { en: string }; active: boolean }[] }>(page, '/api/probes');
	expect(items.find((one) => one.text.en.endsWith('and why?'))).toMatchObject({ active: false });
	await page.setViewportSize(PHONE);
	await expect(mine).toBeVisible();
	await expect_accessible(page, 'questions on a phone');
	await page.setViewportSize(DESK);
	await page.goto('/learned');
	await expect(page.getByRole('heading', { level: 2, name: say('learned-reasons') })).toBeVisible();
	await expect(page.getByRole('heading', { level: 2, name: say('learned-heard') })).toBeVisible();
	await expect_accessible(page, 'the board');
	await page.setViewportSize(PHONE);
	await expect_accessible(page, 'the board on a phone');
});
