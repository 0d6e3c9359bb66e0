// Finds a tag among thousands while one types, without asking the server: beginnings and middles of words, several words
// along the path, initials (`dp rd`), initial consonants (`ㄱㅅ`), the wrong keyboard layout (`epdlxj`), one typo.
// Each tag is kept as a few prepared strings; a key press is one pass over them. Source of the idea: fuzzy finders score
// by where a match begins; here the classes are ordered and the score within a class is the number of recent uses.
import type { Both, Tag } from '$lib/api/types';
import { find_leads, has_hangul, korean_as_latin, latin_as_korean, stroke_starts, to_leads, to_strokes } from './hangul';

/** A text that tags are found by, prepared once however many tags share it. */
type Field = {
	/** Folded, as keystrokes. */
	strokes: string;
	/** Where characters begin in `strokes`; undefined for texts without Hangul, where every place is one. */
	starts: Uint8Array | undefined;
	/** The same without spaces, for compounds written either way; undefined when there are none. */
	solid: string | undefined;
	/** Initial consonants of every syllable, without spaces; undefined without Hangul. */
	leads: string | undefined;
	/** Initial letters of every Latin word; undefined with Hangul or a single word. */
	initials: string | undefined;
	/** Words, for one typo: as strokes with their masks, and with Hangul as syllables too. */
	words: string[];
	masks: number[];
	syllables: string[] | undefined;
	/** Which strokes occur at all, folded into 32 bits: most fields are ruled out by this alone. */
	mask: number;
};

/** `weight`: 3 label, 2 alias, 1 path above the label. `field` is an index. */
type Use = { field: number; weight: number };
type Prepared = { tag: Tag; uses: Use[]; path_initials: string };

export type Found = { tag: Tag; score: number };

const LANGS = ['ko', 'en'] as const;

/** Case, width and composition do not matter; punctuation separates words. */
export function fold(text: string): string {
	return text
		.normalize('NFC')
		.replace(/[\uff01-\uff5e]/g, (c) => c.normalize('NFKC'))
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();
}

function mask_of(strokes: string): number {
	let mask = 0;
	for (let i = 0; i < strokes.length; i++) mask |= 1 << (strokes.charCodeAt(i) % 31);
	return mask;
}

const SPACE = 1 << (32 % 31);

function count_bits(bits: number): number {
	let n = 0;
	for (let b = bits; b !== 0; b &= b - 1) n++;
	return n;
}

function make_field(folded: string): Field {
	const hangul = has_hangul(folded);
	const strokes = to_strokes(folded);
	const words = folded.split(' ');
	const stroked = words.map(to_strokes);
	return {
		strokes,
		starts: hangul ? stroke_starts(folded) : undefined,
		solid: words.length > 1 ? strokes.replaceAll(' ', '') : undefined,
		leads: hangul ? to_leads(folded).replaceAll(' ', '') : undefined,
		initials: words.length > 1 && !hangul ? words.map((w) => w[0]).join('') : undefined,
		words: stroked,
		masks: stroked.map(mask_of),
		syllables: hangul ? words : undefined,
		mask: mask_of(strokes)
	};
}

// How a word of the query met a field, from best to worst; the step between two is larger than anything within one.
const EXACT = 120;
const BEGINS = 102;
const SOLID = 88;
const WORD_BEGINS = 86;
const LEADS = 68;
const INITIALS = 66;
const LEADS_INSIDE = 50;
const INITIALS_INSIDE = 48;
const INSIDE = 46;
const TYPO = 24;
/** How much of the text was typed already raises a match by this at most. */
const COVERED = 14;

type Term = { text: string; strokes: string; solid: string; leads: string | undefined; latin: boolean; mask: number };

function make_term(text: string): Term {
	const strokes = to_strokes(text);
	return { text, strokes, solid: strokes.replaceAll(' ', ''), leads: find_leads(text), latin: /^[a-z0-9]+$/.test(text), mask: mask_of(strokes) & ~SPACE };
}

/** The words of a query one by one, and the query as one phrase: `복원 복` is the beginning of `복원 복사`. */
function make_readings(words: readonly string[]): Term[][] {
	const terms = words.map(make_term);
	return words.length > 1 ? [[make_term(words.join(' '))], terms] : [terms];
}

/** Whether the end of `typed` from one place stands in `word` at another. */
function stands(typed: string, from: number, word: string, at: number): boolean {
	if (typed.length - from > word.length - at) return false;
	for (let i = from; i < typed.length; i++) if (typed.charCodeAt(i) !== word.charCodeAt(at + i - from)) return false;
	return true;
}

/** One insertion, deletion, replacement or exchange away from the beginning of `word`. */
export function is_one_typo_from_beginning(typed: string, word: string): boolean {
	let i = 0;
	while (i < typed.length && typed[i] === word[i]) i++;
	if (i === typed.length) return true;
	if (i === 0 && typed.length < 5) return false;
	return (
		stands(typed, i + 1, word, i + 1) ||
		stands(typed, i + 1, word, i) ||
		stands(typed, i, word, i + 1) ||
		(typed[i] === word[i + 1] && typed[i + 1] === word[i] && stands(typed, i + 2, word, i + 2))
	);
}

const covered = (typed: string, text: string) => COVERED * Math.min(1, typed.length / text.length);

function score_field(field: Field, term: Term): number {
	if ((term.mask & ~field.mask) !== 0) return 0;
	const { strokes } = term;
	const at = field.strokes.indexOf(strokes);
	if (at === 0) return field.strokes.length === strokes.length ? EXACT : BEGINS + covered(strokes, field.strokes);
	let best = 0;
	for (let i = at; i > 0; i = field.strokes.indexOf(strokes, i + 1)) {
		if (field.strokes[i - 1] === ' ') return WORD_BEGINS + covered(strokes, field.strokes);
		if (!field.starts || field.starts[i] === 1) best = INSIDE;
	}
	if (field.solid) {
		const solid = field.solid.indexOf(term.solid);
		if (solid === 0) return SOLID + covered(term.solid, field.solid);
		if (solid > 0) best = Math.max(best, INSIDE - 2);
	}
	if (term.leads && field.leads) {
		const leads = field.leads.indexOf(term.leads);
		if (leads >= 0) best = Math.max(best, (leads === 0 ? LEADS : LEADS_INSIDE) + covered(term.leads, field.leads));
	}
	if (term.latin && field.initials && strokes.length > 1) {
		const initials = field.initials.indexOf(strokes);
		if (initials >= 0) best = Math.max(best, (initials === 0 ? INITIALS : INITIALS_INSIDE) + covered(strokes, field.initials));
	}
	return best;
}

// Below these lengths everything is one typo from everything.
const TYPO_STROKES = 4;
const TYPO_SYLLABLES = 2;

/** For a field that the term does not meet as it was typed. */
function score_with_typo(field: Field, term: Term): number {
	if (term.strokes.length < TYPO_STROKES) return 0;
	const by_syllable = field.syllables && term.text.length >= TYPO_SYLLABLES;
	// One wrong key brings one strange stroke, one wrong syllable three at most.
	const strange = by_syllable ? 3 : 1;
	if (count_bits(term.mask & ~field.mask) > strange) return 0;
	for (let i = 0; i < field.words.length; i++) {
		if (count_bits(term.mask & ~field.masks[i]!) > strange) continue;
		if (is_one_typo_from_beginning(term.strokes, field.words[i]!) || (by_syllable && is_one_typo_from_beginning(term.text, field.syllables![i]!)))
			return TYPO + covered(term.strokes, field.strokes);
	}
	return 0;
}

/** By reading, by term: the score of each field. */
type Rows = Float32Array[][];

export class TagFinder {
	readonly #fields: Field[] = [];
	readonly #all: Prepared[];
	readonly #by_id: Map<string, Tag>;

	constructor(tags: readonly Tag[]) {
		this.#by_id = new Map(tags.map((t) => [t.id, t]));
		const known = new Map<string, number>();
		this.#all = tags.filter((t) => t.state !== 'retired' && t.state !== 'proposed' && t.state !== 'merged').map((t) => this.#prepare(t, known));
	}

	/** How many tags can be found. */
	get size(): number {
		return this.#all.length;
	}

	get(id: string): Tag | undefined {
		return this.#by_id.get(id);
	}

	/** The tags above, from the top down, without the tag itself. */
	parents(tag: Tag): Tag[] {
		const above: Tag[] = [];
		for (let up = tag.parent; up && above.length < 12; ) {
			const parent = this.#by_id.get(up);
			if (!parent) break;
			above.unshift(parent);
			up = parent.parent;
		}
		return above;
	}

	/** `데이터베이스 / 필터` in the language, filled from the other where it is missing. */
	path_words(tag: Tag, pick: (both: Both) => string): string {
		return [...this.parents(tag), tag].map((t) => pick(t.label) || t.path.split('/').at(-1)!).join(' / ');
	}

	#prepare(tag: Tag, known: Map<string, number>): Prepared {
		const uses: Use[] = [];
		const add = (text: string | null | undefined, weight: number) => {
			const folded = text ? fold(text) : '';
			if (!folded) return;
			let field = known.get(folded);
			if (field === undefined) {
				field = this.#fields.push(make_field(folded)) - 1;
				known.set(folded, field);
			}
			if (!uses.some((u) => u.field === field)) uses.push({ field, weight });
		};
		const slugs = tag.path.split('/').map((s) => s.replaceAll('-', ' '));
		const above = this.parents(tag);
		for (const lang of LANGS) add(tag.label[lang], 3);
		for (const lang of LANGS) for (const alias of tag.aliases?.[lang] ?? []) add(alias, 2);
		add(slugs.at(-1), 2);
		for (const parent of above) for (const lang of LANGS) add(parent.label[lang], 1);
		for (const slug of slugs.slice(0, -1)) add(slug, 1);
		const path_initials = [...above, tag]
			.flatMap((t) => fold(t.label.en || t.path.split('/').at(-1)!).split(' '))
			.map((word) => word[0] ?? '')
			.join('');
		return { tag, uses, path_initials };
	}

	/** The best tags for what was typed. `boost` raises tags used lately (0..1). An empty query finds nothing. */
	find(query: string, limit = 8, boost: (id: string) => number = () => 0): Found[] {
		const folded = fold(query);
		if (!folded) return [];
		const typed = make_readings(folded.split(' '));
		const scores = new Float64Array(this.#all.length);
		const rows = this.#read(typed);
		let best = this.#collect(typed, rows, boost, scores);
		// The other readings are tried only when nothing good was found: they must never push out what was really typed.
		const other = best < INITIALS ? find_other_layout(query, folded) : undefined;
		if (other) best = Math.max(best, this.#collect(other, this.#read(other), boost, scores));
		if (best < INITIALS) {
			this.#read_typos(typed, rows);
			this.#collect(typed, rows, boost, scores);
		}
		return largest(scores, limit).map((at) => ({ tag: this.#all[at]!.tag, score: scores[at]! }));
	}

	#read(readings: Term[][]): Rows {
		const read = (term: Term) => {
			// A plain loop: `Float32Array.from` takes four times as long.
			const row = new Float32Array(this.#fields.length);
			for (let i = 0; i < row.length; i++) row[i] = score_field(this.#fields[i]!, term);
			return row;
		};
		return readings.map((terms) => terms.map(read));
	}

	/** Adds what is one typo away to what was read. */
	#read_typos(readings: Term[][], rows: Rows): void {
		readings.forEach((terms, reading) =>
			terms.forEach((term, at) => {
				const row = rows[reading]![at]!;
				for (let i = 0; i < row.length; i++) if (row[i] === 0) row[i] = score_with_typo(this.#fields[i]!, term);
			})
		);
	}

	/** Scores every tag by its best reading, and returns the best of all; those that have a score keep it. */
	#collect(readings: Term[][], scored: Rows, boost: (id: string) => number, scores: Float64Array): number {
		const groups = readings.at(-1)!;
		const may_be_initials = groups.every((t) => t.latin);
		let most = 0;
		for (let at = 0; at < scores.length; at++) {
			if (scores[at]! > 0) continue;
			const { tag, uses, path_initials } = this.#all[at]!;
			let best = may_be_initials ? score_initials(path_initials, groups) : 0;
			for (const rows of scored) best = Math.max(best, score_uses(uses, rows));
			if (best === 0) continue;
			const used = Math.min(3, Math.log2(1 + (tag.n30 ?? 0)) / 2);
			scores[at] = best + used + 6 * boost(tag.id);
			most = Math.max(most, scores[at]!);
		}
		return most;
	}
}

/** What is searched for to get ready: readings of each kind. */
const FIRST_SEARCHES = ['ㄱㅅ', '가나', 'ta', 'ta gs', 'xyzzy', 'rkfk', '가가가가', 't'];
const TIMES = 4;
/** How many were made: what is warm stays so, whatever becomes of the catalogue. */
let searches = 0;

/** Searches in idle moments, one at a time, so that the first real key is as quick as the next; returns what ends it. */
export function warm_up(finder: TagFinder): () => void {
	if (!finder.size || searches >= FIRST_SEARCHES.length * TIMES || !('requestIdleCallback' in globalThis)) return () => {};
	let asked = 0;
	const search = () => {
		finder.find(FIRST_SEARCHES[searches % FIRST_SEARCHES.length]!);
		if (++searches < FIRST_SEARCHES.length * TIMES) asked = requestIdleCallback(search);
	};
	asked = requestIdleCallback(search);
	return () => cancelIdleCallback(asked);
}

/** The places of the largest scores above 0, the largest first and the earlier of two that are the same. */
function largest(scores: Float64Array, most: number): number[] {
	const places: number[] = [];
	for (let at = 0; at < scores.length; at++) {
		const score = scores[at]!;
		if (score === 0 || (places.length === most && score <= scores[places[most - 1]!]!)) continue;
		let place = places.length;
		while (place > 0 && scores[places[place - 1]!]! < score) place--;
		places.splice(place, 0, at);
		if (places.length > most) places.pop();
	}
	return places;
}

/** The same keys as the other keyboard layout would have typed them, or undefined where that makes no sense. */
function find_other_layout(query: string, folded: string): Term[][] | undefined {
	if (!has_hangul(folded)) {
		// The case matters here: Shift types the doubled consonants.
		const words = query.split(/[^A-Za-z0-9]+/).filter(Boolean);
		return words.length ? make_readings(words.map(latin_as_korean)).map((r) => r.map((term) => ({ ...term, latin: false }))) : undefined;
	}
	const words = folded.split(' ').map(korean_as_latin);
	return words.every((w) => /^[a-z0-9]+$/.test(w)) ? make_readings(words) : undefined;
}

/** Every word of the query must meet the tag somewhere; a tag met only by its ancestors counts half. */
function score_uses(uses: readonly Use[], scores: readonly Float32Array[]): number {
	let sum = 0;
	let own = false;
	for (const row of scores) {
		let best = 0;
		let best_weight = 0;
		for (const { field, weight } of uses) {
			const raw = row[field]!;
			if (raw === 0) continue;
			const weighed = raw - (3 - weight) * 9;
			if (weighed > best) {
				best = weighed;
				best_weight = weight;
			}
		}
		if (best === 0) return 0;
		if (best_weight > 1) own = true;
		sum += best;
	}
	return (sum / scores.length) * (own ? 1 : 0.5);
}

/** `dp rd`: each group of letters is initials, further and further along the path. */
function score_initials(path_initials: string, terms: readonly Term[]): number {
	let from = 0;
	let letters = 0;
	for (const { strokes } of terms) {
		const at = path_initials.indexOf(strokes, from);
		if (at < 0) return 0;
		from = at + strokes.length;
		letters += strokes.length;
	}
	if (letters < 2) return 0;
	return letters === path_initials.length ? INITIALS + COVERED : INITIALS_INSIDE - 2;
}
