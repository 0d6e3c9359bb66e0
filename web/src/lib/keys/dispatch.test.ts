import { describe, expect, test } from 'vitest';
import { Dispatcher, type Context } from './dispatch';

const key = (code: string, more: object = {}) => ({ code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
const context = (more: Partial<Context> = {}): Context => ({
	mac: false,
	remap: {},
	single_keys: true,
	in_field: false,
	on_tag: false,
	on_control: false,
	// No passage is being chosen, unless a test says so.
	heard: (id) => !id.startsWith('passage-'),
	...more
});

describe('a key press', () => {
	test('means its shortcut in Hangul mode too, because the physical key counts', () => {
		expect(new Dispatcher().press(key('KeyJ', { key: 'ㅓ' }), context(), 0)).toBe('next');
	});
	test('means nothing while a syllable is being composed', () => {
		expect(new Dispatcher().press(key('KeyJ', { isComposing: true }), context(), 0)).toBeUndefined();
		expect(new Dispatcher().press(key('Enter', { keyCode: 229 }), context(), 0)).toBeUndefined();
	});
	test('means nothing in a field, except what is meant to work there', () => {
		const typing = context({ in_field: true });
		expect(new Dispatcher().press(key('KeyJ'), typing, 0)).toBeUndefined();
		expect(new Dispatcher().press(key('KeyK', { ctrlKey: true }), typing, 0)).toBe('palette');
	});
	test('means nothing when single keys are switched off, but Ctrl K still works', () => {
		const off = context({ single_keys: false });
		expect(new Dispatcher().press(key('KeyJ'), off, 0)).toBeUndefined();
		expect(new Dispatcher().press(key('KeyK', { ctrlKey: true }), off, 0)).toBe('palette');
	});
	test('with a tag in focus sets its kind; without, it is the thread’s', () => {
		expect(new Dispatcher().press(key('KeyR'), context({ on_tag: true }), 0)).toBe('kind-request');
		expect(new Dispatcher().press(key('Backspace'), context({ on_tag: true }), 0)).toBe('untag');
		expect(new Dispatcher().press(key('KeyR'), context(), 0)).toBe('reply');
	});
	test('while a passage is chosen moves it, and else the list', () => {
		const choosing = context({ heard: () => true });
		expect(new Dispatcher().press(key('KeyJ'), choosing, 0)).toBe('passage-next');
		expect(new Dispatcher().press(key('ArrowDown', { shiftKey: true }), choosing, 0)).toBe('passage-further');
		expect(new Dispatcher().press(key('Escape'), choosing, 0)).toBe('passage-leave');
		expect(new Dispatcher().press(key('Escape'), context(), 0)).toBe('back');
		expect(new Dispatcher().press(key('KeyT'), choosing, 0)).toBe('tag');
	});
	test('Enter on a button is the button’s', () => {
		expect(new Dispatcher().press(key('Enter'), context({ on_control: true }), 0)).toBeUndefined();
	});
	test('is left alone when nobody listens', () => {
		expect(new Dispatcher().press(key('KeyN'), context({ heard: (id) => id !== 'note' }), 0)).toBeUndefined();
	});
});

describe('a sequence', () => {
	test('waits for its second key', () => {
		const d = new Dispatcher();
		expect(d.press(key('KeyG'), context(), 0)).toBe('wait');
		expect(d.press(key('KeyI'), context(), 500)).toBe('go-inbox');
	});
	test('is forgotten after a while, and by another key', () => {
		const d = new Dispatcher();
		d.press(key('KeyG'), context(), 0);
		expect(d.press(key('KeyT'), context(), 5000)).toBe('tag');
		d.press(key('KeyG'), context(), 6000);
		expect(d.press(key('KeyU'), context(), 6100)).toBe('undo');
		expect(d.press(key('KeyT'), context(), 6200)).toBe('tag');
	});
	test('a moved key is heard in its new place and not in the old', () => {
		const moved = context({ remap: { undo: 'KeyZ' } });
		expect(new Dispatcher().press(key('KeyZ'), moved, 0)).toBe('undo');
		expect(new Dispatcher().press(key('KeyU'), moved, 0)).toBeUndefined();
	});
});
