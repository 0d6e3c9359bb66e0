// The founder's morning: raw words on the page of today and on a page of their own, what I want to read, and the mail, from
// which one answers on a phone.
import { expect, expect_accessible, read } from '../house.js';
import { bring_in, test } from '../mailing.js';

type Morning = { day: string; items: { id: string; conversation: string; text: string }[] };

test('raw words wait in the morning, unshortened, and stay the same when they are looked at again', async ({ someone, lang, say }) => {
	const agent = await someone('agent');
	for (let n = 1; n <= 14; n++) await bring_in(agent, `guest${n}`, lang === 'ko' ? `${n}번째 손님이 있는 그대로 하신 말씀입니다` : `What guest number ${n} said, word for word`);
	const owner = await someone('owner');
	await owner.goto('/');
	await expect(owner.getByRole('heading', { name: say('morning-title') })).toBeVisible();
	await owner.getByRole('link', { name: say('morning-all') }).click();
	await expect(owner).toHaveURL(/\/morning$/);
	const said = owner.locator('.voices li');
	await expect(said).toHaveCount(12);
	await expect(owner.getByText(say('morning-why-chance'))).toHaveCount(3);
	const first = await said.allTextContents();
	await bring_in(agent, 'late', 'late');
	await owner.reload();
	await expect(said).toHaveCount(12);
	expect((await said.allTextContents()).map((text) => text.slice(0, 20))).toEqual(first.map((text) => text.slice(0, 20)));
	await expect_accessible(owner, 'the morning');
	// Each leads to the place where it was said.
	const page = await read<Morning>(owner, '/api/morning');
	await said.first().getByRole('link').first().click();
	await expect(owner).toHaveURL(new RegExp(page.items[0]!.conversation));
});

test('what I want to read is said once and kept, with the keyboard too', async ({ someone, say }) => {
	const agent = await someone('agent');
	await bring_in(agent, 'guest', 'hello');
	await agent.goto('/morning');
	const settings = agent.getByRole('button', { name: say('morning-settings') });
	await settings.focus();
	await agent.keyboard.press('Enter');
	const form = agent.getByRole('form', { name: say('morning-settings') });
	await form.getByLabel(say('morning-mail-on')).check();
	await form.getByLabel(say('morning-hour'), { exact: true }).selectOption('6');
	await form.getByLabel(say('morning-passages')).fill('5');
	await form.getByLabel(say('kind-request')).check();
	await expect_accessible(agent, 'the settings of the morning');
	await form.getByRole('button', { name: say('morning-save') }).click();
	await expect(form).toHaveCount(0);
	const kept = await read<{ mail: boolean; hour: number; passages: number; kinds: string[] }>(agent, '/api/me/morning');
	expect([kept.mail, kept.hour, kept.passages, kept.kinds]).toEqual([true, 6, 5, ['request']]);
});

test('whoever owns items reads who needs them this week, and all of it fits a phone', async ({ someone, mailing, lang, say }) => {
	const [agent, curator] = [await someone('agent'), await someone('curator', 390)];
	const me = await read<{ staff?: { id: string }; id?: string }>(curator, '/api/me');
	const owner_staff = me.id ?? me.staff?.id;
	const made = await curator.request.post('/api/tags', { data: { label: { ko: '필터', en: 'Filters' } } });
	const tag = ((await made.json()) as { id: string }).id;
	const item = await curator.request.post('/api/roadmap/items', { data: { title: { ko: '필터 유지', en: 'Views keep their filters' }, owner_staff, tags: [{ tag, mode: 'include' }] } });
	expect(item.status(), await item.text()).toBe(201);
	await curator.goto('/morning/week');
	await expect(curator.getByText(say('morning-week-none'))).toBeVisible();
	const { id } = await bring_in(agent, 'daniel', 'My filters fall back every day');
	expect((await agent.request.post(`/api/conversations/${id}/taggings`, { data: { tag_id: tag, kind: 'request' } })).status()).toBe(201);
	await expect(curator.getByRole('heading', { name: lang === 'ko' ? '필터 유지' : 'Views keep their filters' })).toBeVisible({ timeout: 10_000 });
	await expect(curator.getByText('My filters fall back every day')).toBeVisible();
	for (const path of ['/morning/week', '/morning']) {
		await curator.goto(path);
		await expect(curator.getByRole('heading', { level: 1 })).toBeVisible();
		expect(await curator.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
		await expect_accessible(curator, path);
	}
	expect(mailing.url).toBeTruthy();
});
