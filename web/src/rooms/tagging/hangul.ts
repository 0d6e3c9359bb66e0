// Hangul as keystrokes. Every text is compared as the keys that type it, so that half-typed syllables, initial consonants
// and a forgotten language switch are all the same simple comparison of strings.

const LEADS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const VOWELS = ['ㅏ', 'ㅐ', 'ㅑ', 'ㅒ', 'ㅓ', 'ㅔ', 'ㅕ', 'ㅖ', 'ㅗ', 'ㅗㅏ', 'ㅗㅐ', 'ㅗㅣ', 'ㅛ', 'ㅜ', 'ㅜㅓ', 'ㅜㅔ', 'ㅜㅣ', 'ㅠ', 'ㅡ', 'ㅡㅣ', 'ㅣ'];
const FINALS = [
	'', 'ㄱ', 'ㄲ', 'ㄱㅅ', 'ㄴ', 'ㄴㅈ', 'ㄴㅎ', 'ㄷ', 'ㄹ', 'ㄹㄱ', 'ㄹㅁ', 'ㄹㅂ', 'ㄹㅅ', 'ㄹㅌ', 'ㄹㅍ', 'ㄹㅎ',
	'ㅁ', 'ㅂ', 'ㅂㅅ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'
]; // prettier-ignore
const COMPOUND: Record<string, string> = {
	ㄳ: 'ㄱㅅ', ㄵ: 'ㄴㅈ', ㄶ: 'ㄴㅎ', ㄺ: 'ㄹㄱ', ㄻ: 'ㄹㅁ', ㄼ: 'ㄹㅂ', ㄽ: 'ㄹㅅ', ㄾ: 'ㄹㅌ', ㄿ: 'ㄹㅍ', ㅀ: 'ㄹㅎ', ㅄ: 'ㅂㅅ',
	ㅘ: 'ㅗㅏ', ㅙ: 'ㅗㅐ', ㅚ: 'ㅗㅣ', ㅝ: 'ㅜㅓ', ㅞ: 'ㅜㅔ', ㅟ: 'ㅜㅣ', ㅢ: 'ㅡㅣ'
}; // prettier-ignore

// The standard two-set layout: which key types which letter.
const KEY_TO_JAMO: Record<string, string> = {
	q: 'ㅂ', w: 'ㅈ', e: 'ㄷ', r: 'ㄱ', t: 'ㅅ', y: 'ㅛ', u: 'ㅕ', i: 'ㅑ', o: 'ㅐ', p: 'ㅔ',
	a: 'ㅁ', s: 'ㄴ', d: 'ㅇ', f: 'ㄹ', g: 'ㅎ', h: 'ㅗ', j: 'ㅓ', k: 'ㅏ', l: 'ㅣ',
	z: 'ㅋ', x: 'ㅌ', c: 'ㅊ', v: 'ㅍ', b: 'ㅠ', n: 'ㅜ', m: 'ㅡ',
	Q: 'ㅃ', W: 'ㅉ', E: 'ㄸ', R: 'ㄲ', T: 'ㅆ', O: 'ㅒ', P: 'ㅖ'
}; // prettier-ignore
const JAMO_TO_KEY: Record<string, string> = Object.fromEntries(Object.entries(KEY_TO_JAMO).map(([key, jamo]) => [jamo, key.toLowerCase()]));

const BASE = 0xac00;
const LAST = 0xd7a3;
const LEAD_SET = new Set(LEADS);

const is_syllable = (code: number) => code >= BASE && code <= LAST;

/** The keystrokes of a text: `데잍` and the beginning of `데이터` are the same. Other characters stay. */
export function to_strokes(text: string): string {
	let out = '';
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (is_syllable(code)) {
			const s = code - BASE;
			out += LEADS[Math.floor(s / 588)]! + VOWELS[Math.floor((s % 588) / 28)]! + FINALS[s % 28]!;
		} else out += COMPOUND[text[i]!] ?? text[i]!;
	}
	return out;
}

/** For each keystroke of `to_strokes(text)`, whether a character of the text begins there. */
export function stroke_starts(text: string): Uint8Array {
	const starts: number[] = [];
	for (const ch of text) {
		const n = to_strokes(ch).length;
		for (let i = 0; i < n; i++) starts.push(i === 0 ? 1 : 0);
	}
	return Uint8Array.from(starts);
}

/** The initial consonants of a text, other characters as they are: `필터 저장` is `ㅍㅌ ㅈㅈ`. */
export function to_leads(text: string): string {
	let out = '';
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		out += is_syllable(code) ? LEADS[Math.floor((code - BASE) / 588)]! : text[i]!;
	}
	return out;
}

/** Only consonants that begin syllables, so that it may be initials: `ㄱㅅ`. (`ㄳ` is what input methods make of it.) */
export function find_leads(text: string): string | undefined {
	const bare = [...text].map((c) => COMPOUND[c] ?? c).join('').replace(/\s+/g, ''); // prettier-ignore
	return bare.length > 0 && [...bare].every((c) => LEAD_SET.has(c)) ? bare : undefined;
}

export const has_hangul = (text: string): boolean => /[ㄱ-ㅎㅏ-ㅣ가-힣]/.test(text);

/** Latin letters read as if the Korean layout had been on: `epdlxj` → the strokes of `데이터`. */
export function latin_as_korean(text: string): string {
	let out = '';
	for (const ch of text) out += KEY_TO_JAMO[ch] ?? KEY_TO_JAMO[ch.toLowerCase()] ?? ch;
	return out;
}

/** Hangul read as if the Latin layout had been on: `랴ㅣㅅㄷㄱ` → `filter`. */
export function korean_as_latin(text: string): string {
	let out = '';
	for (const ch of to_strokes(text)) out += JAMO_TO_KEY[ch] ?? ch;
	return out;
}
