// Korean particles: the form depends on the last sound of the word before it.

/** Pairs as they are written in the translations; the first form follows a final consonant. */
export type JosaPair = '은/는' | '이/가' | '을/를' | '과/와' | '으로/로' | '아/야' | '이에요/예요' | '이라/라';

const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;
const FINAL_RIEUL = 8;

// How a digit, and a Latin letter read by its name, ends: true = consonant, 'ㄹ' = the consonant ㄹ.
type Ending = boolean | 'ㄹ';
const DIGIT: Ending[] = [true, 'ㄹ', false, true, false, false, true, 'ㄹ', 'ㄹ', false];

/** How the word sounds at its end, or undefined when nothing can be told. */
function find_ending(word: string): Ending | undefined {
	const bare = word.replace(/[\s"'”’)\]}>»」』.,!?…]+$/u, '');
	const last = bare.at(-1);
	if (!last) return undefined;
	const code = last.codePointAt(0)!;
	if (code >= HANGUL_FIRST && code <= HANGUL_LAST) {
		const final = (code - HANGUL_FIRST) % 28;
		return final === 0 ? false : final === FINAL_RIEUL ? 'ㄹ' : true;
	}
	if (last >= '0' && last <= '9') return ends_number(bare);
	if (/[a-z]/i.test(last)) return ends_latin(bare);
	return undefined;
}

// A number is read with its units: 10 = 십, 100 = 백, 1000 = 천, 10000 = 만 all end in a consonant; 1억 = 억.
function ends_number(word: string): Ending {
	return DIGIT[Number(word.at(-1))]!;
}

// An English word is read as it is said: after l, ㄹ; after m, n, ng, and stops that Korean keeps as a final, a consonant.
function ends_latin(word: string): Ending {
	const tail = /[a-z]+$/i.exec(word)![0];
	if (tail === tail.toUpperCase()) {
		const letter = tail.at(-1)!;
		return letter === 'L' || letter === 'R' ? 'ㄹ' : letter === 'M' || letter === 'N';
	}
	if (/le?$/i.test(tail)) return 'ㄹ';
	return /(m|n|ng|me|ne|[aeiou](b|ck?|k|p|t))$/i.test(tail);
}

/** The particle alone. Without a readable last sound both forms are given, as Korean print does: 은(는). */
export function get_josa(word: string, pair: JosaPair): string {
	const [closed, open] = pair.split('/') as [string, string];
	const ending = find_ending(word);
	if (ending === undefined) return `${closed}(${open})`;
	if (pair === '으로/로') return ending === true ? closed : open;
	return ending ? closed : open;
}

/** The word with its particle: `join_josa('필터', '을/를')` is `필터를`. */
export function join_josa(word: string, pair: JosaPair): string {
	return word + get_josa(word, pair);
}
