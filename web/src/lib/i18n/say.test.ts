import { describe, expect, test } from 'vitest';
import { say_ago, say_count, say_moment, say_money, say_person } from './say';

const SEOUL = 'Asia/Seoul';
const now = Date.parse('2026-11-22T09:40:00+09:00');
const at = (iso: string) => Date.parse(iso);

describe('names and counts', () => {
	test('a Korean name gets 님 in Korean only, once, and a foreign name never', () => {
		expect(say_person('김민지', 'ko')).toBe('김민지 님');
		expect(say_person('김민지 님', 'ko')).toBe('김민지 님');
		expect(say_person('김민지', 'en')).toBe('김민지');
		expect(say_person('Daniel Ortiz', 'ko')).toBe('Daniel Ortiz');
	});

	test('each thing has its Korean counter', () => {
		expect(say_count(3, 'conversations', 'ko')).toBe('3건');
		expect(say_count(1061, 'persons', 'ko')).toBe('1,061명');
		expect(say_count(3, 'teams', 'ko')).toBe('3팀');
		expect(say_count(39, 'accounts', 'ko')).toBe('39곳');
		expect(say_count(39, 'accounts', 'en')).toBe('39');
	});

	test('money follows the minor units of its currency', () => {
		expect(say_money(8_640_000, 'KRW', 'ko')).toBe('₩8,640,000');
		expect(say_money(123_450, 'USD', 'en')).toBe('$1,234.5');
		expect(say_money(412_000_000, 'KRW', 'en', true)).toBe('₩412M');
	});
});

describe('times', () => {
	test.each([
		['2026-11-22T09:39:40+09:00', '방금', 'just now'],
		['2026-11-22T09:32:00+09:00', '8분 전', '8 min. ago'],
		['2026-11-22T06:40:00+09:00', '3시간 전', '3 hr. ago'],
		['2026-11-21T09:00:00+09:00', '어제', 'yesterday'],
		['2026-11-20T09:00:00+09:00', '2일 전', '2 days ago'],
		['2026-11-03T09:00:00+09:00', '11월 3일', 'November 3'],
		['2025-03-03T09:00:00+09:00', '2025년 3월 3일', 'Mar 3, 2025']
	])('%s is %s, %s', (iso, ko, en) => {
		expect(say_ago(at(iso), now, 'ko', SEOUL)).toBe(ko);
		expect(say_ago(at(iso), now, 'en', SEOUL)).toBe(en);
	});

	test('yesterday follows the calendar of the zone, not 24 hours', () => {
		const late = at('2026-11-21T23:30:00+09:00');
		const noon = at('2026-11-22T12:00:00+09:00');
		expect(say_ago(late, noon, 'ko', SEOUL)).toBe('어제');
		expect(say_moment(late, noon, 'ko', SEOUL)).toBe('어제 23:30');
		expect(say_moment(at('2026-11-22T09:12:00+09:00'), now, 'ko', SEOUL)).toBe('오늘 09:12');
	});
});
