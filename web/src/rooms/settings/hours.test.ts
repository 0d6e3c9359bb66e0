import { expect, test } from 'vitest';
import { clock_of, minutes_of, usual_hours } from './hours';

test('a clock and minutes come back to each other, to the end of the day', () => {
	for (const minutes of [0, 1, 540, 1080, 1438]) expect(minutes_of(clock_of(minutes), false)).toBe(minutes);
	expect(clock_of(1440)).toBe('23:59');
	expect(minutes_of('23:59', true)).toBe(1440);
	expect(minutes_of('00:00', true)).toBe(1440);
});

test('the usual week has five days', () => {
	expect(usual_hours('Asia/Seoul').week.map((day) => day.length)).toEqual([1, 1, 1, 1, 1, 0, 0]);
});
