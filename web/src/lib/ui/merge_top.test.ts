import { expect, test } from 'vitest';
import { merge_top } from './merge_top';

const row = (id: string, words = id) => ({ id, words });
const shown = ['a', 'b', 'c', 'd'].map((id) => row(id));
const ids = (items: { id: string }[]) => items.map((i) => i.id).join('');
const free = { held: false, pinned: undefined };

test('new rows come on top, and rows loaded below stay', () => {
	const merged = merge_top(shown, { items: [row('z'), row('a')], next: 'cursor' }, 2, free);
	expect(ids(merged.items)).toBe('zacd');
	expect(merged.from_page).toBe(false);
});

test('a row that has left the top is gone', () => {
	expect(ids(merge_top(shown, { items: [row('a'), row('c')], next: 'cursor' }, 2, free).items)).toBe('acd');
	expect(ids(merge_top(shown, { items: [row('a')], next: null }, 50, free).items)).toBe('a');
});

test('while the list is held rows change in their place, and new ones are counted', () => {
	const merged = merge_top(shown, { items: [row('z'), row('b', 'new'), row('a')], next: null }, 50, { held: true, pinned: undefined });
	expect(ids(merged.items)).toBe('abcd');
	expect(merged.items[1]!.words).toBe('new');
	expect(merged.waiting).toBe(1);
});

test('the open row stays where it is when it leaves the list', () => {
	const merged = merge_top(shown, { items: [row('a'), row('c')], next: null }, 50, { held: false, pinned: 'b' });
	expect(ids(merged.items)).toBe('abc');
});
