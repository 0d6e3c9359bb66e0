import { expect, test } from 'vitest';
import { cut_sentences } from './sentences';

const said = (text: string, lang = 'en') => cut_sentences(text, lang).map(([start, end]) => text.slice(start, end));

test('sentences are cut where they end, in both languages', () => {
	expect(said('It broke. Can you help?  Thanks!')).toEqual(['It broke.', 'Can you help?', 'Thanks!']);
	expect(said('필터가 풀려요. 왜 그런가요? 고쳐 주세요!', 'ko')).toEqual(['필터가 풀려요.', '왜 그런가요?', '고쳐 주세요!']);
});

test('a line of its own is a sentence, a line broken by a mail program is not the end of one', () => {
	expect(said('Hello\nthe export fails')).toEqual(['Hello', 'the export fails']);
	const wrapped = 'Whenever somebody opens the shared view on a Monday morning,\nthe filters are gone. We rebuild them.';
	expect(said(wrapped)).toEqual([wrapped.slice(0, wrapped.indexOf(' We')), 'We rebuild them.']);
});

test('rules and smileys are no sentences', () => {
	expect(said('Done.\n----\n😀')).toEqual(['Done.']);
});
