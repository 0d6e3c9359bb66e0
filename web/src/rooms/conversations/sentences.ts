// Where the sentences of an entry begin and end. Pure; offsets are UTF-16 units of the text.
import { trim_range } from './offsets';

// Mail programs break lines at some seventy characters: such a break is no end of a sentence, a short line's is.
const WRAPPED = /(?<=[^\n]{60})\n(?=[^\s>*•-])/g;

/** The sentences of a text in the language of its words; what holds no letter and no digit is none. */
export function cut_sentences(text: string, lang: string): [number, number][] {
	const segments = new Intl.Segmenter(lang, { granularity: 'sentence' }).segment(text.replace(WRAPPED, ' '));
	return [...segments]
		.map((s) => trim_range(text, s.index, s.index + s.segment.length))
		.filter(([start, end]) => /[\p{L}\p{N}]/u.test(text.slice(start, end)));
}
