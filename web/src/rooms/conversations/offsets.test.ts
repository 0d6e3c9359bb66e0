import { expect, test } from 'vitest';
import { scalars_before, trim_range, units_before } from './offsets';

const TEXT = 'a👍필터👨‍👩‍👧 z';

test('UTF-16 units and scalars turn into each other at every character', () => {
	const scalars = [...TEXT];
	let units = 0;
	scalars.forEach((scalar, n) => {
		expect(scalars_before(TEXT, units)).toBe(n);
		expect(units_before(TEXT, n)).toBe(units);
		units += scalar.length;
	});
	expect(scalars_before(TEXT, TEXT.length)).toBe(scalars.length);
	expect(units_before(TEXT, scalars.length + 9)).toBe(TEXT.length);
});

test('a slice by scalars is the slice the person saw', () => {
	const start = TEXT.indexOf('필');
	const [s, e] = [scalars_before(TEXT, start), scalars_before(TEXT, start + 2)];
	expect([...TEXT].slice(s, e).join('')).toBe('필터');
	expect(TEXT.slice(units_before(TEXT, s), units_before(TEXT, e))).toBe('필터');
});

test('a place inside a pair counts as before it', () => {
	expect(scalars_before('👍', 1)).toBe(0);
});

test('white space at the ends of a selection is not part of a passage', () => {
	expect(trim_range('  필터가 \n', 0, 7)).toEqual([2, 5]);
	expect(trim_range('   ', 0, 3)).toEqual([3, 3]);
});
