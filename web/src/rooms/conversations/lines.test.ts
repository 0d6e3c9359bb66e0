import { describe, expect, test } from 'vitest';
import { cut_text, type Shown } from './lines';

const shown = (text: string, more: Partial<Shown> = {}): Shown => ({ text, quoted: [], signature: null, marks: [], hints: [], ...more });
const said = (parts: ReturnType<typeof cut_text>) => parts.map((p) => p.lines.map((l) => l.runs.map((r) => r.text).join('')).join('\n')).join('\n');

describe('an entry’s text', () => {
	test('keeps every character, and each line knows where it begins', () => {
		const text = '안녕하세요 👋\n\n필터가 풀려요.\nhttps://example.org/a?b=1, 보세요';
		const parts = cut_text(shown(text));
		expect(said(parts)).toBe(text);
		for (const line of parts[0]!.lines) {
			const words = line.runs.map((r) => r.text).join('');
			expect(text.slice(line.at, line.at + words.length)).toBe(words);
		}
	});

	test('marks a passage given in scalars, across characters that are two units', () => {
		const text = '👍 필터가 풀려요';
		const [part] = cut_text(shown(text, { marks: [{ id: 'psg_1', start: 2, end: 5 }] }));
		expect(part!.lines[0]!.runs.find((r) => r.marks.length)?.text).toBe('필터가');
		expect(part!.lines[0]!.ends).toEqual(['psg_1']);
	});

	test('marks that overlap keep both, and a passage over two lines ends on the second', () => {
		const [part] = cut_text(
			shown('abc\ndef', {
				marks: [
					{ id: 'one', start: 1, end: 6 },
					{ id: 'two', start: 5, end: 7 }
				]
			})
		);
		expect(part!.lines.map((l) => l.ends)).toEqual([[], ['one', 'two']]);
		expect(part!.lines[1]!.runs.map((r) => [r.text, r.marks])).toEqual([
			['d', ['one']],
			['e', ['one', 'two']],
			['f', ['two']]
		]);
	});

	test('folds quoted history and the signature', () => {
		const text = '네 됩니다\n\n> 되나요?\n> 궁금해요\n\n-- \n윤서';
		const [quote, sign] = [text.indexOf('>'), text.indexOf('-- ')];
		const parts = cut_text(shown(text, { quoted: [[quote, sign]], signature: [sign, text.length] }));
		expect(parts.map((p) => p.fold)).toEqual([undefined, 'quoted', 'signature']);
		expect(parts[0]!.lines).toHaveLength(1);
	});

	test('a fold with a passage in it is open: evidence is never hidden', () => {
		const parts = cut_text(shown('새 글\n> 옛 글', { quoted: [[4, 9]], marks: [{ id: 'psg_1', start: 6, end: 9 }] }));
		expect(parts.map((p) => p.fold)).toEqual([undefined]);
	});

	test('links are found without the punctuation after them, and nothing but http is one', () => {
		const [part] = cut_text(shown('(https://example.org/x). javascript:alert(1)'));
		expect(part!.lines[0]!.runs.filter((r) => r.link).map((r) => r.link)).toEqual(['https://example.org/x']);
	});

	test('an empty text is nothing', () => {
		expect(cut_text(shown(''))).toEqual([]);
		expect(cut_text(shown('\n\n'))).toEqual([]);
	});
});
