import { describe, expect, test } from 'vitest';
import type { Tag } from '$lib/api/types';
import { TagFinder, fold, is_one_typo_from_beginning } from './finder';
import { catalogue, random, tag } from './finder.world';
import { find_leads, korean_as_latin, latin_as_korean, stroke_starts, to_leads, to_strokes } from './hangul';

const database = tag('database', '데이터베이스', 'database');
const property = tag('database/property', '속성', 'property', database);
const relational = tag('database/property/relational', '관계형 데이터', 'relational data', property);
const filters = tag('database/filters', '필터', 'filters', database, { aliases: { ko: ['거르기'], en: ['where clause'] } });
const search = tag('search', '검색', 'search');
const views = tag('views', '보기', 'views');
const saved = tag('views/saved', '저장된 보기', 'saved views', views);
const password = tag('security/password-reset', '비밀번호 재설정', 'password reset');
const old = tag('old', '옛 필터', 'old filters', null, { state: 'retired' });
const small = new TagFinder([database, property, relational, filters, search, views, saved, password, old]);
const first = (query: string) => small.find(query)[0]?.tag.path;

describe('keystrokes', () => {
	test('half-typed syllables are beginnings', () => {
		expect(to_strokes('데이터').startsWith(to_strokes('데잍'))).toBe(true);
		expect(to_strokes('관계').startsWith(to_strokes('과'))).toBe(true);
		expect(to_strokes('값')).toBe('ㄱㅏㅂㅅ');
	});
	test('starts mark characters', () => {
		expect([...stroke_starts('값a')]).toEqual([1, 0, 0, 0, 1]);
	});
	test('layouts turn into each other', () => {
		expect(latin_as_korean('epdlxj')).toBe(to_strokes('데이터'));
		expect(korean_as_latin('랴ㅣㅅㄷㄱ')).toBe('filter');
	});
	test('initials are consonants only, also when joined by the input method', () => {
		expect(to_leads('검색')).toBe('ㄱㅅ');
		expect(find_leads('ㄱㅅ')).toBe('ㄱㅅ');
		expect(find_leads('ㄳ')).toBe('ㄱㅅ');
		expect(find_leads('ㄱ색')).toBeUndefined();
	});
});

describe('the tag finder', () => {
	test.each([
		['필터', 'database/filters'],
		['필ㅌ', 'database/filters'],
		['filt', 'database/filters'],
		['FILTERS', 'database/filters'],
		['데이터베이스 필', 'database/filters'],
		['data filt', 'database/filters'],
		['거르기', 'database/filters'],
		['where', 'database/filters'],
		['ㄱㅅ', 'search'],
		['ㄳ', 'search'],
		['ㅍㅌ', 'database/filters'],
		['epdlxjqpdltm', 'database'],
		['epdlxj', 'database'],
		['vlfxj', 'database/filters'],
		['rjator', 'search'],
		['랴ㅣㅅㄷㄱㄴ', 'database/filters'],
		['flters', 'database/filters'],
		['fitlers', 'database/filters'],
		['filtres', 'database/filters'],
		['데이타베이스', 'database'],
		['관계형데이터', 'database/property/relational'],
		['dp rd', 'database/property/relational'],
		['rd', 'database/property/relational'],
		['pass', 'security/password-reset'],
		['비밀버호', 'security/password-reset'],
		['비밀호', 'security/password-reset'],
		['비밀번호재설정', 'security/password-reset'],
		['저장된', 'views/saved']
	])('%s finds %s', (query, path) => {
		expect(first(query)).toBe(path);
	});

	test('a retired tag is not offered', () => {
		expect(small.find('old')).toEqual([]);
		expect(small.find('옛')).toEqual([]);
	});
	test('an empty query, and one of punctuation, find nothing', () => {
		expect(small.find('')).toEqual([]);
		expect(small.find(' /!')).toEqual([]);
	});
	test('nothing like it is not found', () => {
		expect(small.find('zzzzqq')).toEqual([]);
		expect(small.find('뷁쀍')).toEqual([]);
	});
	test('what is used more stands before its equals', () => {
		const a = tag('a', '알림 소리', 'alarm sound');
		const b = tag('b', '알림 모양', 'alarm shape', null, { n30: 40 });
		expect(new TagFinder([a, b]).find('알림')[0]!.tag).toBe(b);
		expect(new TagFinder([a, b]).find('알림', 8, (id) => (id === a.id ? 1 : 0))[0]!.tag).toBe(a);
	});
	test('the path is told in one language', () => {
		expect(small.path_words(relational, (b) => b.ko ?? '')).toBe('데이터베이스 / 속성 / 관계형 데이터');
	});
});

test('one typo is one typo', () => {
	expect(is_one_typo_from_beginning('filtre', 'filter')).toBe(true);
	expect(is_one_typo_from_beginning('flter', 'filter')).toBe(true);
	expect(is_one_typo_from_beginning('fillter', 'filter')).toBe(true);
	expect(is_one_typo_from_beginning('folter', 'filtering')).toBe(true);
	expect(is_one_typo_from_beginning('foltar', 'filter')).toBe(false);
});

const big = catalogue();
const finder = new TagFinder(big);

type Make = (tag: Tag, rnd: () => number) => string;
const pick = <T>(list: readonly T[], rnd: () => number) => list[Math.floor(rnd() * list.length)]!;
// With Shift where Korean needs it, as somebody types who forgot to switch the layout.
const KEYS = new Map([...'abcdefghijklmnopqrstuvwxyzQWERTOP'].map((key) => [latin_as_korean(key), key]));
const to_keys = (ko: string) => [...to_strokes(ko)].map((stroke) => KEYS.get(stroke) ?? stroke).join('');
const typo: Make = (t, rnd) => {
	const text = pick([t.label.ko!, t.label.en!], rnd);
	// A typo inside the longest word, after its first character, so that a person would still recognise it.
	const words = text.split(' ');
	const longest = words.reduce((a, b) => (to_strokes(b).length > to_strokes(a).length ? b : a));
	const at = 1 + Math.floor(rnd() * (longest.length - 1));
	const broken = rnd() < 0.5 ? longest.slice(0, at) + longest.slice(at + 1) : longest.slice(0, at) + longest[at] + longest.slice(at);
	return words.map((w) => (w === longest && to_strokes(broken).length >= 4 ? broken : w)).join(' ');
};
const WAYS: [string, Make][] = [
	['the whole Korean label', (t) => t.label.ko!],
	['the whole English label', (t) => t.label.en!],
	['the Korean label without spaces', (t) => t.label.ko!.replaceAll(' ', '')],
	['all but the last stroke', (t) => t.label.ko!.slice(0, -1)],
	['the beginning of each English word', (t, rnd) => t.label.en!.split(' ').map((w) => w.slice(0, Math.max(4, Math.ceil(w.length * (0.6 + rnd() * 0.4))))).join(' ')],
	['English words in the other order', (t) => t.label.en!.split(' ').reverse().join(' ')],
	['the Korean label on the English layout', (t) => to_keys(t.label.ko!)],
	['the Korean label on the English layout without spaces', (t) => to_keys(t.label.ko!.replaceAll(' ', ''))],
	['initial consonants', (t) => to_leads(t.label.ko!)],
	['one typo', typo]
]; // prettier-ignore

describe('on 2,000 tags in two languages', () => {
	// Initial consonants alone name several tags at once (ㅎㅇ is 할인 and 확인): the others must be among the first five.
	test.each(WAYS)('by %s the tag is among the first five at least 98 of 100 times', { timeout: 60_000 }, (name, make) => {
		const rnd = random(20261122);
		const tries = 300;
		let hits = 0;
		const missed: string[] = [];
		for (let i = 0; i < tries; i++) {
			const sought = pick(big, rnd);
			const query = make(sought, rnd);
			const same_initials = (t: Tag) => name === 'initial consonants' && to_leads(fold(t.label.ko!)) === to_leads(fold(sought.label.ko!));
			if (finder.find(query, 5).some(({ tag }) => tag === sought || same_initials(tag))) hits++;
			else missed.push(`${query} ≠ ${sought.label.ko} / ${sought.label.en}`);
		}
		expect(hits / tries, missed.slice(0, 12).join('\n')).toBeGreaterThanOrEqual(0.98);
	});
});
