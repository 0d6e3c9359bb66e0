// What is asked of whoever answers, counted in keys beyond the words they type: an answer with a tag, a question and an
// insight; closing where there is nothing to learn; and everything asked beyond the answer itself.
import { expect, expect_accessible, read, type Page } from '../house.js';
import { bring_in, send, test } from '../mailing.js';

const SAID = {
	ko: { ask: '내보내기가 안 됩니다. 오류가 나요.', answer: '고쳤습니다. 다시 해 보시겠어요?', why: '매달 본사 보고 때문에 PDF가 필요해요.', tag: '내보내기' },
	en: { ask: 'The export is broken, I get an error.', answer: 'It is mended, would you try again?', why: 'Because our head office wants a report each month.', tag: 'Export' }
};
/** Presses keys and counts them: a chord is one, as whoever presses it would say. */
class Keys {
	n = 0;
	constructor(readonly page: Page) {}
	async press(key: string): Promise<void> {
		this.n++;
		await this.page.keyboard.press(key);
	}
}
const median = (of: number[]) => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)]!;
type Learning = { questions: unknown[]; answer: unknown; insights: unknown[]; closing: { outcome: string | null; learned: string | null } | null };

test('answer, tag, question and insight take at most twelve keys beyond the words; nothing to learn takes two', async ({ someone, lang, say }) => {
	const page = await someone('agent');
	const [curator, owner] = [await someone('curator'), await someone('owner')];
	const words = SAID[lang];
	// Some conversations show no suggestions, by chance: none of these.
	const settings = await owner.request.get('/api/settings');
	const shown = await owner.request.patch('/api/settings', { headers: { 'if-match': settings.headers()['etag']! }, data: { unsuggested_share: 0 } });
	expect(shown.status(), await shown.text()).toBe(200);
	await send(curator, '/api/tags', { label: { ko: SAID.ko.tag, en: SAID.en.tag } }, 201);
	const whole: number[] = [];
	const asked: { keys: number; ms: number }[] = [];
	for (let run = 0; run < 5; run++) {
		const { id } = await bring_in(page, `why${run}`, words.ask);
		const learning = () => read<Learning>(page, `/api/conversations/${id}/learning`);
		await expect.poll(async () => (await learning()).questions.length).toBeGreaterThan(0);
		await page.goto(`/inbox/${id}?view=all`);
		const field = page.getByLabel(say('reply-label'));
		await expect(page.getByRole('button', { name: new RegExp(`why${run}@example\\.com`) })).toBeVisible();
		const keys = new Keys(page);
		let beyond = { keys: 0, ms: 0 };
		/** What is asked besides the answer: keys, and the time until the next one can be pressed. */
		const aside = async (act: () => Promise<void>) => {
			const [before, began] = [keys.n, performance.now()];
			await act();
			beyond = { keys: beyond.keys + keys.n - before, ms: beyond.ms + performance.now() - began };
		};
		await keys.press('r');
		await expect(field).toBeFocused();
		await page.keyboard.type(words.answer);
		const questions = page.getByRole('group', { name: say('probes') });
		await expect(questions.getByRole('button').first()).toBeVisible();
		await aside(async () => {
			await keys.press('Alt+1');
			await expect(field).not.toHaveValue(words.answer);
		});
		if (run === 0) await expect_accessible(page, 'a question in the answer');
		await keys.press('Control+Enter');
		await expect(page.getByText(say('delivery-is-held'))).toBeVisible();
		await expect.poll(async () => (await learning()).questions.length).toBe(0);
		await send(page, `/api/conversations/${id}/entries`, { author: 'person', text: words.why }, 201);
		// They wrote back hours later: the conversation is opened anew.
		await page.goto(`/inbox/${id}?view=all`);
		await expect(page.getByRole('region', { name: say('answer-title') }).locator('mark')).toHaveText(words.why);
		// The first suggestion: its words stand in what they wrote.
		await expect(page.locator('.tagrow .suggested').first()).toContainText(words.tag);
		await aside(async () => {
			await keys.press('1');
			await expect(page.locator('.tagrow .suggested')).toHaveCount(0);
		});
		await expect.poll(async () => (await read<{ items: unknown[] }>(page, `/api/conversations/${id}/taggings`)).items.length).toBe(1);
		await aside(async () => {
			await keys.press('y');
			await expect(page.getByRole('region', { name: say('learned-here') })).toContainText(words.why);
		});
		const closing = page.getByRole('region', { name: say('closing-outcome') });
		await aside(async () => {
			await keys.press('e');
			await expect(closing.getByRole('button').first()).toBeFocused();
		});
		if (run === 0) await expect_accessible(page, 'closing');
		await aside(async () => {
			await keys.press('1');
			await expect(closing).toHaveCount(0);
		});
		// What was confirmed says by itself that we learned.
		const done = await learning();
		expect(done.insights).toHaveLength(1);
		expect(done.closing).toMatchObject({ outcome: 'solved', learned: 'yes' });
		whole.push(keys.n);
		asked.push(beyond);
	}
	const [keys, aside, ms] = [median(whole), median(asked.map((one) => one.keys)), median(asked.map((one) => one.ms))];
	console.log(`| answer + tag + question + insight + closing, keys beyond the words (${lang}) | ≤ 12 | ${keys} |`);
	console.log(`| asked beyond the answer, median (${lang}) | ≤ 6 keys, 10 s | ${aside} keys, ${(ms / 1000).toFixed(1)} s |`);
	expect(keys).toBeLessThanOrEqual(12);
	expect(aside).toBeLessThanOrEqual(6);

	// Nothing to learn: closing and one more. It is said at once, and holds nothing up.
	const { id } = await bring_in(page, 'nothing', words.ask);
	await page.goto(`/inbox/${id}?view=all`);
	await page.locator('.tagrow').waitFor();
	const short = new Keys(page);
	await short.press('e');
	await expect(page.getByRole('region', { name: say('closing-outcome') }).getByRole('button').first()).toBeFocused();
	await short.press('0');
	await expect(page.getByRole('region', { name: say('closing-outcome') })).toHaveCount(0);
	expect((await read<Learning>(page, `/api/conversations/${id}/learning`)).closing).toMatchObject({ learned: 'nothing' });
	expect((await read<{ status: string }>(page, `/api/conversations/${id}`)).status).toBe('closed');
	console.log(`| closing with nothing to learn, keys (${lang}) | 2 | ${short.n} |`);
	expect(short.n).toBe(2);
	// Another key is not held up by the question: `e` opens it again.
	await page.keyboard.press('e');
	await expect.poll(async () => (await read<{ status: string }>(page, `/api/conversations/${id}`)).status).toBe('open');
});
