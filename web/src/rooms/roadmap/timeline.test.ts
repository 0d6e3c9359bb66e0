import { describe, expect, test } from 'vitest';
import { half_of_end, place_bar, waits_for } from './timeline';

describe('a bar', () => {
	test('stands where its days are', () => {
		expect(place_bar(100, 150, 0, 200)).toEqual({ left: 50, width: 25, from_before: false, goes_on: false });
	});
	test('is cut where it reaches beyond what is shown, and never vanishes', () => {
		expect(place_bar(-50, 300, 0, 200)).toEqual({ left: 0, width: 100, from_before: true, goes_on: true });
		expect(place_bar(200, 200, 0, 200).width).toBeGreaterThan(0);
		expect(place_bar(200, 200, 0, 200).left + place_bar(200, 200, 0, 200).width).toBeLessThanOrEqual(100);
	});
});

describe('what an item waits for', () => {
	const need = (status: 'planned' | 'shipped' | 'declined', half: string | null) => ({ id: status + half, title: { en: 'x' }, status, half });
	test('is what is not there yet, late when it comes later', () => {
		const needs = [need('shipped', '2026H1'), need('planned', '2026H2'), need('planned', '2027H2'), need('planned', null)];
		expect(waits_for({ half: '2027H1', status: 'planned' }, needs).map((one) => [one.half, one.late])).toEqual([['2026H2', false], ['2027H2', true], [null, true]]);
		expect(waits_for({ half: '2027H1', status: 'shipped' }, needs)).toEqual([]);
	});
});

test('the half-year of a bar is the one it ends in', () => {
	const halves = [{ half: '2026H1', begins: '2026-01-01T00:00:00Z' }, { half: '2026H2', begins: '2026-07-01T00:00:00Z' }];
	// The end of a planned half-year is the beginning of the next.
	expect(half_of_end({ ends: '2026-07-01T00:00:00Z', shipped: false }, halves)).toBe('2026H1');
	expect(half_of_end({ ends: '2026-07-01T00:00:00Z', shipped: true }, halves)).toBe('2026H2');
	expect(half_of_end({ ends: '2025-07-01T00:00:00Z', shipped: true }, halves)).toBe('2026H1');
});
