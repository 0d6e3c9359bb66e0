import { describe, expect, test } from 'vitest';
import { half_after, half_of, list_halves, move_card, step_card } from './board';

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
	test('is put before another or at the end, and the columns count it', () => {
		const card = (id: string, status: 'planned' | 'building') => ({ id, status });
		const board = [
			{ status: 'planned' as const, total: 3, items: [card('a', 'planned'), card('b', 'planned'), card('c', 'planned')] },
			{ status: 'building' as const, total: 40, items: [card('x', 'building'), card('y', 'building')] }
		];
		const shape = (columns: typeof board) => columns.map((c) => `${c.items.map((i) => i.id).join('')} of ${c.total}`);
		expect(shape(move_card(board, card('c', 'planned'), 'a') as typeof board)).toEqual(['cab of 3', 'xy of 40']);
		expect(shape(move_card(board, card('a', 'planned'), undefined) as typeof board)).toEqual(['bca of 3', 'xy of 40']);
		expect(shape(move_card(board, card('a', 'building'), 'y') as typeof board)).toEqual(['bc of 2', 'xay of 41']);
		// The end of a column of which not everything is shown lies beyond what is shown.
		expect(shape(move_card(board, card('a', 'building'), undefined) as typeof board)).toEqual(['bc of 2', 'xy of 41']);
	});
});
