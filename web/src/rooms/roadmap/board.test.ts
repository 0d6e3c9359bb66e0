import { describe, expect, test } from 'vitest';
import { half_after, half_of, list_halves, put_card, step_card } from './board';

describe('half-years', () => {
	test('of a day, and after one another', () => {
		expect([half_of('2026-06-30'), half_of('2026-07-01')]).toEqual(['2026H1', '2026H2']);
		expect([half_after('2026H2', 1), half_after('2026H1', -1), half_after('2026H2', 4)]).toEqual(['2027H1', '2025H2', '2028H2']);
	});
	test('those in use stand beside the coming ones', () => {
		expect(list_halves(['2025H1', null, '2027H1'], '2026-11-22')).toEqual(['2025H1', '2026H2', '2027H1', '2027H2', '2028H1']);
	});
});

describe('a card', () => {
	const columns = [
		{ key: 'planned', ids: ['a', 'b', 'c'] },
		{ key: 'building', ids: ['x'] },
		{ key: 'shipped', ids: [] }
	];
	test('moves inside its column', () => {
		expect(step_card(columns, 'b', 'up')).toEqual({ column: 'planned', before: 'a' });
		expect(step_card(columns, 'a', 'down')).toEqual({ column: 'planned', before: 'c' });
		expect(step_card(columns, 'b', 'down')).toEqual({ column: 'planned', before: undefined });
	});
	test('moves to the next column at its height', () => {
		expect(step_card(columns, 'a', 'right')).toEqual({ column: 'building', before: 'x' });
		expect(step_card(columns, 'c', 'right')).toEqual({ column: 'building', before: undefined });
		expect(step_card(columns, 'x', 'right')).toEqual({ column: 'shipped', before: undefined });
	});
	test('stays at the edges', () => {
		expect(step_card(columns, 'a', 'up')).toBeUndefined();
		expect(step_card(columns, 'c', 'down')).toBeUndefined();
		expect(step_card(columns, 'a', 'left')).toBeUndefined();
	});
	test('is put before another or at the end', () => {
		const items = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
		expect(put_card(items, { id: 'c' }, 'a').map((i) => i.id)).toEqual(['c', 'a', 'b']);
		expect(put_card(items, { id: 'a' }, undefined).map((i) => i.id)).toEqual(['b', 'c', 'a']);
	});
});
