import { expect, test, vi } from 'vitest';
import { has_words, load_words, set_lang } from './index.svelte';

test('whoever asks for words that are on their way waits for them too', async () => {
	vi.stubGlobal('document', { documentElement: {} });
	await set_lang('en');
	expect(has_words('loop-title')).toBe(false);
	const first = load_words('news');
	await load_words('news');
	expect(has_words('loop-title')).toBe(true);
	await first;
});

test('words that could not be had keep nobody from the others, and are asked for again', async () => {
	vi.stubGlobal('document', { documentElement: {} });
	await set_lang('en');
	for (let n = 0; n < 2; n++) await expect(load_words('nowhere')).rejects.toThrow();
	await load_words('news');
	await load_words('goals');
	expect(has_words('goals-title')).toBe(true);
});
