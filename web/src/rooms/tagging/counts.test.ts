import { describe, expect, test } from 'vitest';
import { counts_params, counts_query, day_in, fill_weeks, find_trend, monday_of, read_counts_view } from './counts';

const weeks = (...n: number[]) => n.map((conversations) => ({ conversations }));

describe('the address of a count', () => {
	test('is the same after reading and writing', () => {
		const text = 'period=90&by=tagged_at&subtree=false&as_of=then&plan=Team&kind=bug';
		expect(counts_params(read_counts_view(new URLSearchParams(text))).toString()).toBe(text);
	});
	test('leaves out what is usual and what means nothing', () => {
		expect(counts_params(read_counts_view(new URLSearchParams('period=30&kind=anger&by=said_at'))).toString()).toBe('');
	});
	test('asks for whole days, today among them', () => {
		const view = read_counts_view(new URLSearchParams('kind=bug'));
		expect(counts_query(view, '2026-11-22')).toMatchObject({ from: '2026-10-24', kind: 'bug' });
		expect(counts_query({ ...view, period: 'all' }, '2026-11-22').from).toBeUndefined();
	});
});

describe('weeks', () => {
	test('begin on Monday and are filled with zeros up to this one', () => {
		expect(monday_of('2026-11-22')).toBe('2026-11-16');
		expect(monday_of('2026-11-16')).toBe('2026-11-16');
		const filled = fill_weeks([{ week: '2026-W46', start: '2026-11-09', conversations: 4, persons: 3, accounts: 2 }], '2026-11-22', 3);
		expect(filled).toEqual([
			{ start: '2026-11-02', conversations: 0 },
			{ start: '2026-11-09', conversations: 4 },
			{ start: '2026-11-16', conversations: 0 }
		]);
	});
	test('a day is the one of the zone', () => {
		expect(day_in(Date.parse('2026-11-22T23:30:00Z'), 'Asia/Seoul')).toBe('2026-11-23');
	});
});

describe('the trend', () => {
	// Quantiles from scipy.stats.nbinom(24.5, 8/9).ppf([.1, .9]) = 1, 6.
	test('tells rising only beyond the expected range', () => {
		expect(find_trend(weeks(3, 3, 3, 3, 3, 3, 3, 3, 7, 0))).toEqual({ is: 'rising', last: 7, low: 1, high: 6 });
		expect(find_trend(weeks(3, 3, 3, 3, 3, 3, 3, 3, 5, 9))?.is).toBe('steady');
		expect(find_trend(weeks(3, 3, 3, 3, 3, 3, 3, 3, 0, 9))?.is).toBe('falling');
	});
	test('says nothing from little', () => {
		expect(find_trend(weeks(0, 0, 0, 1, 0, 0, 0, 1, 2, 0))).toBeUndefined();
		expect(find_trend(weeks(9, 9, 9))).toBeUndefined();
		expect(find_trend([...weeks(3, 3, 3, 3, 3, 3, 3), { conversations: null }, ...weeks(4, 0)])).toBeUndefined();
	});
});
