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
