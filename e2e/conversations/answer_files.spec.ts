// What goes with an answer: files by button, paste and drop; the customer's words below it, and chosen ones in it; an
// earlier answer used again.
import { expect, expect_accessible } from '../house.js';
import { bring_in, test, thread_of } from './mailing.js';
import { read_text } from './post_office.js';

const QUESTION = { ko: '견적서를 다시 받을 수 있을까요?', en: 'Could you send the quote again?' };
const WORDS = { ko: '네, 붙여 드립니다.', en: 'Of course, attached.' };
const PDF = { name: '견적서 2026년 11월 (최종).pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n%%EOF\n') };
/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

for (const width of [1440, 390]) {
	test(`files are kept while one writes, taken away, and sent with the customer's words below (${width} wide)`, async ({ someone, post, lang, say }) => {
		const page = await someone('agent', width);
		const id = await bring_in(page, `files${width}`, QUESTION[lang]);
		await page.goto(`/inbox/${id}?view=all`);
		const field = page.getByLabel(say('reply-label'));
		const files = page.getByRole('list', { name: say('files') });
		await expect(field).toBeVisible();
		await field.fill(WORDS[lang]);
		const choosing = page.waitForEvent('filechooser');
		await page.getByRole('button', { name: say('file-add') }).click();
		await (await choosing).setFiles([PDF, { name: 'b.txt', mimeType: 'text/plain', buffer: Buffer.from('b') }]);
		await expect(files.getByRole('link')).toHaveCount(2);
		// Pasted and dropped pictures are files like others.
		for (const how of ['paste', 'drop'] as const) {
			await field.evaluate(
				(element, [how, png]) => {
					const bytes = Uint8Array.from(atob(png!), (c) => c.charCodeAt(0));
					const data = new DataTransfer();
					data.items.add(new File([bytes, how!], 'image.png', { type: 'image/png' }));
					const init = { bubbles: true, cancelable: true };
					element.dispatchEvent(how === 'paste' ? new ClipboardEvent('paste', { ...init, clipboardData: data }) : new DragEvent('drop', { ...init, dataTransfer: data }));
				},
				[how, PNG]
			);
			await expect(files.getByRole('link', { name: new RegExp(`^${say('file-pasted')} \\d{4}-`) })).toHaveCount(how === 'paste' ? 1 : 2);
		}
		await page.getByRole('button', { name: say('file-remove', { name: 'b.txt' }) }).click();
		await expect(files.getByRole('link')).toHaveCount(3);
		await expect_accessible(page, 'files of an answer');
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
		await page.reload();
		await expect(field).toHaveValue(WORDS[lang]);
		await expect(files.getByRole('link')).toHaveCount(3);

		await page.getByRole('button', { name: say('reply-send'), exact: true }).click();
		await expect(field).toHaveValue('');
		await expect(files).toBeHidden();
		await expect(page.getByRole('article').last().getByRole('link', { name: PDF.name })).toBeVisible();
		await expect.poll(() => post.taken.length, { timeout: 30_000 }).toBe(1);
		const wire = post.taken[0]!.text;
		expect(wire).toMatch(/filename\*/i);
		const texts = wire.split(/\r\n--/).map((part) => (/base64/i.test(part) ? Buffer.from(part.split('\r\n\r\n').slice(1).join(''), 'base64').toString() : part));
		expect(texts.some((text) => text.includes('%PDF-1.7'))).toBe(true);
		expect((await thread_of(page, id)).entries[1]!.attachments.map((one) => one.name)).toContain(PDF.name);
	});
}

test('a file that is too large says so, and the answer goes without it', async ({ someone, lang, say }) => {
	const page = await someone('agent');
	const id = await bring_in(page, 'large', QUESTION[lang]);
	await page.goto(`/inbox/${id}?view=all`);
	const field = page.getByLabel(say('reply-label'));
	await field.fill(WORDS[lang]);
	const choosing = page.waitForEvent('filechooser');
	await page.getByRole('button', { name: say('file-add') }).click();
	await (await choosing).setFiles([{ name: 'large.bin', mimeType: 'application/zip', buffer: Buffer.alloc((18 << 20) + 1) }]);
	const files = page.getByRole('list', { name: say('files') });
	await expect(files).toContainText('18', { timeout: 20_000 });
	await expect_accessible(page, 'a file that is too large');
	await page.getByRole('button', { name: say('file-remove', { name: 'large.bin' }) }).click();
	await expect(files).toBeHidden();
	await field.press('Control+Enter');
	await expect(field).toHaveValue('');
});

test('chosen words are quoted in the answer by one key, and whether theirs stand below is one switch', async ({ someone, post, lang, say }) => {
	const page = await someone('agent');
	const id = await bring_in(page, 'quoting', QUESTION[lang]);
	await page.goto(`/inbox/${id}?view=all`);
	const field = page.getByLabel(say('reply-label'));
	await expect(field).toBeVisible();
	await page.keyboard.press('q');
	await expect(page.getByText(say('quote-choose-first'))).toBeVisible();
	await page.getByRole('article').first().locator('.line').first().selectText();
	await page.keyboard.press('q');
	await expect(field).toHaveValue(`> ${QUESTION[lang]}\n\n`);
	await expect(field).toBeFocused();
	await page.keyboard.type(WORDS[lang]);
	const below = page.getByRole('button', { name: say('reply-quotes') });
	await expect(below).toHaveAttribute('aria-pressed', 'true');
	await below.click();
	await expect(page.getByText(say('draft-here'))).toBeHidden({ timeout: 10_000 });
	await page.reload();
	await expect(below).toHaveAttribute('aria-pressed', 'false');
	await field.press('Control+Enter');
	await expect.poll(() => post.taken.length, { timeout: 30_000 }).toBe(1);
	const plain = read_text(post.taken[0]!.text);
	expect(plain.split(QUESTION[lang])).toHaveLength(2);
	expect(plain).toContain(`> ${QUESTION[lang]}`);
});
