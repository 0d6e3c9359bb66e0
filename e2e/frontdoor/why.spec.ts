// Why a conversation is here, on request and in one sentence; sent elsewhere with two keys; a customer's answer confirmed
// with one; the board that shows it in their words.
import { expect, expect_accessible, read, test, type Page } from '../house.js';

type Route = { route: { purpose: string; sentence: { ko: string; en: string } } | null };
type Learning = { questions: { id: string }[]; answer: unknown; insights: { kind: string }[] };

async function send(page: Page, path: string, data: unknown, status: number): Promise<{ id: string }> {
	const answer = await page.request.post(path, { data });
	expect(answer.status(), await answer.text()).toBe(status);
	return status === 204 ? { id: '' } : answer.json();
}

test('a conversation says why it is here, goes elsewhere with two keys, and teaches with one', async ({ as, lang, say }) => {
	const page = await as('agent');
	const words = lang === 'ko' ? '내보내기가 안 됩니다. 오류가 나요.' : 'The export is broken, I get an error.';
	const name = `Why ${lang} ${Date.now()}`;
	const { id } = await send(page, '/api/conversations', { channel: 'chat', person: { external_id: name, name }, text: words }, 201);
	await expect.poll(async () => (await read<Route>(page, `/api/conversations/${id}/route`)).route?.purpose).toBe('help');
	await page.goto(`/inbox/${id}?view=all`);
	const why = page.getByRole('region', { name: say('why-title') });
	await expect(why).toContainText(say('purpose-help'));
	const { sentence } = (await read<Route>(page, `/api/conversations/${id}/route`)).route!;
	await expect(why.getByText(sentence[lang])).toHaveCount(0);
	await why.getByRole('button', { name: say('why-show') }).click();
	await expect(why.getByText(sentence[lang])).toBeVisible();
	await expect_accessible(page, 'why it is here');

	// One key opens the reasons, one chooses: the first is that it is there to buy.
	await page.locator('h1, h2').first().click();
	await page.keyboard.press('Shift+W');
	await expect(why.getByRole('list', { name: say('reroute') })).toBeVisible();
	await expect_accessible(page, 'sending elsewhere');
	await page.keyboard.press('1');
	await expect(page.getByText(say('reroute-done'))).toBeVisible();
	await expect(why).toContainText(say('purpose-buy'));

	// We answered with a question; they wrote back; one key confirms what it teaches.
	let learning: Learning | undefined;
	await expect.poll(async () => (learning = await read<Learning>(page, `/api/conversations/${id}/learning`)).questions.length).toBeGreaterThan(0);
	const said = await send(page, `/api/conversations/${id}/entries`, { author: 'staff', text: lang === 'ko' ? '왜 필요하신가요?' : 'What do you need it for?' }, 201);
	await send(page, `/api/conversations/${id}/questions`, { probe: learning!.questions[0]!.id, entry_id: said.id }, 204);
	const reason = lang === 'ko' ? '매달 본사 보고 때문에 필요해요.' : 'Because our head office wants a report each month.';
	await send(page, `/api/conversations/${id}/entries`, { author: 'person', text: reason }, 201);
	const answer = page.getByRole('region', { name: say('answer-title') });
	await expect(answer.locator('mark')).toHaveText(reason);
	await expect_accessible(page, 'what they answered');
	await page.keyboard.press('y');
	await expect(page.getByRole('region', { name: say('learned-here') })).toContainText(reason);
	expect((await read<Learning>(page, `/api/conversations/${id}/learning`)).insights).toHaveLength(1);

	await page.keyboard.press('g');
	await page.keyboard.press('l');
	await expect(page.getByRole('heading', { level: 1, name: say('place-learned') })).toBeVisible();
	await expect(page.getByText(reason).first()).toBeVisible();
	await expect_accessible(page, 'learned');
	await page.setViewportSize({ width: 390, height: 844 });
	await expect(page.getByText(reason).first()).toBeVisible();
	await expect_accessible(page, 'learned on a phone');
});
