// The name of a segment as people say it; a plan is called what it is called.
import { has_words, t } from '$lib/i18n/index.svelte';
import type { Dimension } from './counts';

const KEYS: Record<Dimension, (key: string) => string> = {
	plan: (key) => key,
	value_band: (key) => `value-band-${key}`,
	channel: (key) => `channel-${key}`,
	language: (key) => `language-${key}`,
	kind: (key) => `kind-${key}`
};

export function segment_words(dimension: Dimension, key: string): string {
	if (key === 'none') return t(`segment-none-${dimension}`);
	const words = KEYS[dimension](key);
	return dimension !== 'plan' && has_words(words) ? t(words) : key;
}
