import { describe, expect, test } from 'vitest';
import { get_josa, join_josa } from './josa';

describe('Korean particles', () => {
	test.each([
		['필터', '을/를', '필터를'],
		['관계형', '이/가', '관계형이'],
		['데이터베이스', '은/는', '데이터베이스는'],
		['김민지 님', '과/와', '김민지 님과'],
		['서울', '으로/로', '서울로'],
		['집', '으로/로', '집으로'],
		['바다', '으로/로', '바다로'],
		['민지', '아/야', '민지야']
	] as const)('%s with %s is %s', (word, pair, joined) => {
		expect(join_josa(word, pair)).toBe(joined);
	});

	test.each([
		['3', '이/가', '이'],
		['2', '이/가', '가'],
		['1', '으로/로', '로'],
		['10', '을/를', '을'],
		['CSV', '을/를', '를'],
		['URL', '은/는', '은'],
		['URL', '으로/로', '로'],
		['Notion', '은/는', '은'],
		['Linear', '이/가', '가'],
		['“필터”', '을/를', '를'],
		['필터(저장)', '을/를', '을']
	] as const)('the last sound of %s decides %s', (word, pair, josa) => {
		expect(get_josa(word, pair)).toBe(josa);
	});

	test('a word whose sound nobody can tell gets both forms', () => {
		expect(join_josa('👍', '을/를')).toBe('👍을(를)');
	});
});
