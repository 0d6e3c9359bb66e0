// Figures of docs/benchmarks.md that only a browser knows, on the build that is shipped. Each is printed as a line of its
// table; only what cannot be measured fails.
import { expect, read, test, type Page } from './house.js';

const quantile = (values: readonly number[], q: number) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]!;
const line = (what: string, goal: string, measured: string) => console.log(`| ${what} | ${goal} | ${measured} |`);

/** A processor four times slower and, where asked for, a line of 10 Mbps with 40 ms there and back. */
async function slow_down(page: Page, network: boolean): Promise<void> {
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	if (!network) return;
	await cdp.send('Network.enable');
	const bytes = 10_000_000 / 8;
	await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 40, downloadThroughput: bytes, uploadThroughput: bytes });
}

test('first load', async ({ as, lang }) => {
	const times: number[] = [];
	for (let run = 0; run < 7; run++) {
		// Each a browser of its own, so that nothing is in its cache.
		const page = await as('agent');
		await slow_down(page, true);
		await page.addInitScript(() => {
			const look = () => {
				const row = document.querySelector('[role="listitem"] a[data-index]');
				if (row) (window as unknown as { usable: number }).usable = performance.now();
				else requestAnimationFrame(look);
			};
			look();
		});
		await page.goto('/inbox?view=all');
		times.push(await page.waitForFunction(() => (window as unknown as { usable?: number }).usable).then((found) => found.jsonValue() as Promise<number>));
		await page.context().close();
	}
	line(`usable at 10 Mbps and 4× slower processor, median of ${times.length} (${lang})`, '≤ 1 s', `${Math.round(quantile(times, 0.5))} ms`);
});

const SYLLABLES = [...'가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후'];
const PARTS = ['fil', 'ter', 'view', 'sav', 'ing', 'sort', 'or', 'der', 'sync', 'ex', 'port', 'im', 'page', 'lock', 'share', 'team', 'plan', 'pay'];

/** Two thousand tags whose names are all different in both languages. */
function make_taxonomy(): string {
	const lines = ['path\tlabel_ko\tlabel_en\tdefinition_ko'];
	for (let root = 0; root < 40; root++) {
		const ko = (n: number) => [SYLLABLES[n % 56], SYLLABLES[(n * 7 + 3) % 56], SYLLABLES[(n * 3 + root) % 56]].join('');
		const en = (n: number) => [PARTS[n % 18], PARTS[(n * 5 + root) % 18]].join('');
		lines.push(`measure${root}\t${ko(root)} ${root}\t${en(root)} ${root}\t`);
		for (let n = 1; n < 50; n++) lines.push(`measure${root}/tag${n}\t${ko(n)} ${ko(n + root)} ${n}\t${en(n)} ${en(n + root)} ${n}\t${ko(n)}에 관한 말`);
	}
	return lines.join('\n');
}

test('a key in the tag finder', async ({ as, lang }) => {
	const page = await as('owner');
	const taken = await page.request.post('/api/tags/import', { data: make_taxonomy(), headers: { 'Content-Type': 'text/tab-separated-values' } });
	expect(taken.ok(), await taken.text()).toBe(true);
	const { items } = await read<{ items: { id: string }[] }>(page, '/api/conversations?view=all&limit=1');
	await page.goto(`/inbox/${items[0]!.id}?view=all`);
	await page.locator('.tagrow .chip').first().waitFor();
	await page.evaluate(() => {
		// From before anybody hears of the key to after the list was made anew: Svelte writes it when the last handler is done.
		const took: number[] = [];
		(window as unknown as { took: number[] }).took = took;
		let began = 0;
		window.addEventListener('input', () => (began = performance.now()), true);
		window.addEventListener('input', () => took.push(performance.now() - began));
	});
	await slow_down(page, false);
	const { items: tags } = await read<{ items: { label: { ko?: string; en?: string } }[] }>(page, '/api/tags');
	for (let n = 0; n < 24; n++) {
		const label = tags[(n * 83) % tags.length]!.label;
		await page.keyboard.press('t');
		const field = page.getByRole('combobox');
		await field.waitFor();
		await field.pressSequentially((n % 2 ? label.en : label.ko) ?? '', { delay: 30 });
		await page.keyboard.press('Escape');
		await field.waitFor({ state: 'detached' });
	}
	const took = await page.evaluate(() => (window as unknown as { took: number[] }).took);
	expect(took.length).toBeGreaterThan(150);
	line(`tag finder, ${tags.length} tags × 2 languages, 4× slower processor, p99 of ${took.length} keys (${lang})`, '≤ 10 ms', `${quantile(took, 0.99).toFixed(1)} ms, median ${quantile(took, 0.5).toFixed(1)} ms`);
});

type Row = { id: string; tags: unknown[] };
type Taggings = { items: { id: string; tag: string; passage: unknown }[] };

test('keystrokes a conversation', async ({ as, lang }) => {
	const page = await as('agent');
	const rows: Row[] = [];
	for (let cursor: string | null = ''; cursor !== null && rows.length < 400; ) {
		const list: { items: Row[]; next: string | null } = await read(page, `/api/conversations?view=all&limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
		rows.push(...list.items.filter((row) => row.tags.length));
		cursor = list.next;
	}
	const asked = rows.slice(0, 200);
	const { items: tags } = await read<{ items: { id: string; label: { ko?: string; en?: string } }[] }>(page, '/api/tags');
	const label = new Map(tags.map((tag) => [tag.id, tag.label[lang] ?? tag.label.en ?? tag.label.ko ?? '']));
	// What a person gave them is taken off again, and is what the script wants to say by keys alone.
	const wanted = new Map<string, string[]>();
	for (const { id } of asked) {
		const { items } = await read<Taggings>(page, `/api/conversations/${id}/taggings`);
		wanted.set(id, [...new Set(items.map((tagging) => tagging.tag))]);
		for (const tagging of items) expect((await page.request.delete(`/api/taggings/${tagging.id}`)).ok()).toBe(true);
	}
	const strokes: number[] = [];
	let suggested = 0;
	let all = 0;
	for (const { id } of asked) {
		// Whoever reads before pressing a key has the suggestions before them.
		const told = page.waitForResponse((answer) => answer.url().endsWith(`/conversations/${id}/suggestions`));
		await page.goto(`/inbox/${id}?view=all`);
		const { items: ready } = (await (await told).json()) as { items: unknown[] };
		await page.locator('.tagrow .chip').first().waitFor();
		await expect(page.locator('.tagrow .suggested')).toHaveCount(Math.min(ready.length, 5));
		let pressed = 1; // `j` to the next one
		// What the page shows is what a digit takes: the learner may have learned since.
		const shown = page.locator('.tagrow .suggested');
		const offered = new Map<string, string>();
		for (const one of await shown.all()) offered.set(await one.locator('.cut').innerText(), await one.locator('kbd').innerText({ timeout: 500 }).catch(() => ''));
		for (const tag of wanted.get(id)!) {
			all++;
			const digit = [...offered].find(([path]) => path.split(' / ').at(-1) === label.get(tag))?.[1];
			if (digit) {
				suggested++;
				pressed++;
				await page.keyboard.press(digit);
				continue;
			}
			await page.keyboard.press('t');
			const field = page.getByRole('combobox');
			await field.waitFor();
			pressed++;
			for (const letter of label.get(tag)!) {
				await field.pressSequentially(letter);
				pressed++;
				if ((await page.getByRole('option').first().locator('b').textContent({ timeout: 2000 }).catch(() => '')) === label.get(tag)) break;
			}
			await page.keyboard.press('Enter');
			pressed++;
			await field.waitFor({ state: 'detached' });
		}
		await expect.poll(async () => new Set((await read<Taggings>(page, `/api/conversations/${id}/taggings`)).items.map((t) => t.tag)).size).toBe(wanted.get(id)!.length);
		strokes.push(pressed);
	}
	line(`keystrokes a conversation, median of ${strokes.length} (${lang}; suggested ${suggested} of ${all} tags)`, '≤ 3', `${quantile(strokes, 0.5)}, nine of ten within ${quantile(strokes, 0.9)}`);
});
