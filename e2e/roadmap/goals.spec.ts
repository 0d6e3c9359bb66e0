// Shared goals, areas of the product and touchpoints: written by whoever plans, seen alike by every department.
import { expect, expect_accessible, read } from '../house.js';
import { bring_in, send, test } from '../mailing.js';

type Member = { id: string; name: string; role: string; rev: number };

test('a goal is owned together, measured live, and says what it conflicts with', async ({ someone, lang, say }) => {
	const [owner, curator] = [await someone('owner'), await someone('curator')];
	const { items } = await read<{ items: Member[] }>(owner, '/api/staff');
	for (const [role, team] of [['agent', 'Support'], ['curator', 'Product']] as const) {
		const one = items.find((member) => member.role === role)!;
		const put = await owner.request.patch(`/api/staff/${one.id}`, { data: { teams: [team] }, headers: { 'if-match': `"${one.rev}"` } });
		expect(put.ok(), await put.text()).toBe(true);
	}
	await curator.goto('/goals');
	await expect(curator.getByText(say('goals-none'), { exact: true })).toBeVisible();
	const write = async (words: { ko: string; en: string }, measure: string, target: string) => {
		await curator.getByRole('button', { name: say('goals-add') }).click();
		const form = curator.getByRole('form', { name: say('goals-add') });
		await form.getByLabel(say('goals-words-ko')).fill(words.ko);
		await form.getByLabel(say('goals-words-en')).fill(words.en);
		await form.getByLabel(say('goals-measure')).selectOption(measure);
		await form.getByLabel(new RegExp(say('goals-target'))).fill(target);
		await form.getByLabel(say('goals-until')).fill('2027-06-30');
		await form.getByLabel('Support').check();
		await form.getByLabel('Product').check();
		return form;
	};
	const first = await write({ ko: '모두에게 알리기', en: 'Everybody hears' }, 'told_back', '90');
	await expect_accessible(curator, 'writing a goal');
	await first.getByRole('button', { name: say('goals-save') }).click();
	const told = curator.getByRole('article', { name: lang === 'ko' ? '모두에게 알리기' : 'Everybody hears' });
	await expect(told).toContainText('Support');
	await expect(told).toContainText('90');
	const second = await write({ ko: '열린 요청 줄이기', en: 'Fewer open asks' }, 'open_asks', '3');
	await second.getByLabel(say('goals-direction')).selectOption('false');
	await second.getByLabel(say('goals-conflict-goal')).selectOption({ index: 1 });
	await second.getByLabel(say('goals-conflict-words')).fill('거절이 늘면 알릴 일도 늘어납니다');
	await second.getByRole('button', { name: say('goals-save') }).click();
	const fewer = curator.getByRole('article', { name: lang === 'ko' ? '열린 요청 줄이기' : 'Fewer open asks' });
	await expect(fewer).toContainText(say('goals-reached'));
	// Both sides name it.
	await expect(told).toContainText('거절이 늘면 알릴 일도 늘어납니다');
	await expect_accessible(curator, 'goals');
	const agent = await someone('agent', 390);
	await agent.goto('/goals');
	await expect(agent.getByRole('article')).toHaveCount(2);
	await expect(agent.getByRole('button', { name: say('goals-add') })).toHaveCount(0);
	expect(await agent.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
	await fewer.getByRole('button', { name: say('goals-close') }).click();
	await expect(curator.getByRole('heading', { name: say('goals-closed') })).toBeVisible();
});

test('an area shows every department the same words, asks, owners and next steps', async ({ someone, lang, say }) => {
	const [curator, agent] = [await someone('curator'), await someone('agent')];
	const { id: tag } = await send(curator, '/api/tags', { label: { ko: '필터', en: 'Filters' } }, 201);
	await send(curator, '/api/roadmap/items', { title: { ko: '필터 유지', en: 'Views keep their filters' }, tags: [{ tag, mode: 'include' }] }, 201);
	for (const name of ['mina', 'jun', 'daniel']) {
		const { id } = await bring_in(agent, name, `${name} needs filters that stay`);
		await send(agent, `/api/conversations/${id}/taggings`, { tag_id: tag, kind: 'request' }, 201);
	}
	await agent.goto('/areas');
	await agent.getByRole('link', { name: lang === 'ko' ? '필터' : 'Filters' }).click();
	await expect(agent.getByRole('heading', { level: 1 })).toHaveText(lang === 'ko' ? '필터' : 'Filters');
	await expect(agent.getByText('mina needs filters that stay')).toBeVisible();
	await expect(agent.getByRole('link', { name: lang === 'ko' ? '필터 유지' : 'Views keep their filters' })).toBeVisible();
	await agent.getByRole('button', { name: say('areas-step-add') }).click();
	const form = agent.getByRole('form', { name: say('areas-step-add') });
	await form.getByLabel(say('areas-step-words')).fill('Ask Mina how she works around it');
	await form.getByLabel(say('areas-step-due')).fill('2026-12-01');
	await expect_accessible(agent, 'an area');
	await form.getByRole('button', { name: say('goals-save') }).click();
	await curator.goto(`/areas/${tag}`);
	const step = curator.getByRole('checkbox', { name: /Ask Mina/ });
	await expect(step).toBeVisible();
	await step.check();
	await expect(agent.getByRole('checkbox', { name: /Ask Mina/ })).toBeChecked({ timeout: 10_000 });
});

test('a touchpoint has its owner and says what good looks like', async ({ someone, lang, say }) => {
	const curator = await someone('curator');
	await curator.goto('/touchpoints');
	await curator.getByRole('button', { name: say('points-add') }).click();
	const form = curator.getByRole('form', { name: say('points-add') });
	await form.getByLabel(say('points-name-ko')).fill('첫 메일');
	await form.getByLabel(say('points-name-en')).fill('First mail');
	await form.getByLabel(say('points-stage')).selectOption('begin');
	await form.getByLabel(say('points-good-ko')).fill('한 문장으로 반깁니다');
	await form.getByLabel(say('points-good-en')).fill('Welcomes in one sentence');
	await expect_accessible(curator, 'a touchpoint');
	await form.getByRole('button', { name: say('goals-save') }).click();
	await expect(curator.getByRole('heading', { name: lang === 'ko' ? '첫 메일' : 'First mail' })).toBeVisible();
	await expect(curator.getByText(lang === 'ko' ? '한 문장으로 반깁니다' : 'Welcomes in one sentence')).toBeVisible();
	await expect_accessible(curator, 'touchpoints');
});
