// A half-year in words: 2027년 상반기, 2027 H1.
import { t } from '$lib/i18n/index.svelte';

export function half_words(half: string | null | undefined): string {
	const parts = /^(\d{4})H([12])$/.exec(half ?? '');
	return parts ? t(parts[2] === '1' ? 'half-first' : 'half-second', { year: parts[1]! }) : (half ?? t('half-none'));
}
