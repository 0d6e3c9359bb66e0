import { expect, test } from 'vitest';
import { SHORTCUTS, chord_from, chords_of, find_clashes, is_single_key, print_chord } from './keymap';

const press = (code: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({
	code,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	shiftKey: false,
	...held
});

test('no two shortcuts of one place share a key', () => {
	expect(find_clashes({})).toEqual([]);
});

test('a moved shortcut that lands on another is found', () => {
	expect(find_clashes({ note: 'KeyA' })).toEqual([['note', 'assign']]);
	expect(find_clashes({ note: 'KeyG' }).length).toBeGreaterThan(0);
});

test('every id is unique', () => {
	expect(new Set(SHORTCUTS.map((s) => s.id)).size).toBe(SHORTCUTS.length);
});

test('the physical key decides, with the modifiers of the platform', () => {
	expect(chord_from(press('KeyJ'), false)).toBe('KeyJ');
	expect(chord_from(press('KeyK', { ctrlKey: true }), false)).toBe('Mod+KeyK');
	expect(chord_from(press('KeyK', { metaKey: true }), true)).toBe('Mod+KeyK');
	expect(chord_from(press('KeyK', { ctrlKey: true }), true)).toBe('Other+KeyK');
	expect(chord_from(press('Slash', { shiftKey: true }), false)).toBe('Shift+Slash');
	expect(chord_from(press('ShiftLeft', { shiftKey: true }), false)).toBeUndefined();
	expect(chord_from(press('Lang1'), false)).toBeUndefined();
});

test('labels follow the platform', () => {
	expect(print_chord('Mod+KeyK', true)).toBe('⌘K');
	expect(print_chord('Mod+KeyK', false)).toBe('Ctrl K');
	expect(print_chord('Shift+Slash', false)).toBe('?');
	expect(print_chord('KeyG KeyI', false)).toBe('g i');
	expect(print_chord('Shift+KeyT', true)).toBe('⇧T');
	expect(print_chord('Digit0', false)).toBe('0');
});

test('what may be switched off are single keys and sequences of them', () => {
	expect(is_single_key('KeyJ')).toBe(true);
	expect(is_single_key('KeyG KeyI')).toBe(true);
	expect(is_single_key('Shift+KeyT')).toBe(true);
	expect(is_single_key('Mod+KeyK')).toBe(false);
	expect(is_single_key('Escape')).toBe(false);
});

test('a person can move a shortcut or switch it off', () => {
	const undo = SHORTCUTS.find((s) => s.id === 'undo')!;
	expect(chords_of(undo, {})).toEqual(['KeyU']);
	expect(chords_of(undo, { undo: 'KeyZ' })).toEqual(['KeyZ']);
	expect(chords_of(undo, { undo: '' })).toEqual([]);
});
