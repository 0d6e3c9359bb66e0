// The name of a segment as people say it; a plan is called what it is called.
import { valence_key } from '$lib/feelings';
import { has_words, t } from '$lib/i18n/index.svelte';
import { FEELINGS, type Narrowing } from './explore';

const KEYS: Record<Narrowing, (key: string) => string> = {
	plan: (key) => key,
	value_band: (key) => `value-band-${key}`,
	company_size: (key) => key.replace('-', '–'),
	team_size: (key) => key.replace('-', '–'),
	channel: (key) => `channel-${key}`,
	language: (key) => `language-${key}`,
	kind: (key) => `kind-${key}`,
	// The keys run as valences do, from −2 on.
	emotion: (key) => (FEELINGS.includes(key) ? valence_key(FEELINGS.indexOf(key) - 2) : key)
};

export function segment_words(dimension: Narrowing, key: string): string {
	if (key === 'none') return t(`segment-none-${dimension}`);
	const words = KEYS[dimension](key);
	return has_words(words) ? t(words) : dimension.endsWith('_size') ? words : key;
}
