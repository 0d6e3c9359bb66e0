// Sizes and times left, in words.
import { lang, t } from '$lib/i18n/index.svelte';
import { say_number } from '$lib/i18n/say';
import { size_of } from './rate';

export function size_words(bytes: number): string {
	const { n, unit } = size_of(bytes);
	return t(`size-${unit}`, { n: say_number(n, lang()) });
}
/** What was skipped; a line of a file by its number. */
export function item_words(item: string): string {
	const line = /^line (\d+)$/.exec(item)?.[1];
	return line ? t('table-line', { line }) : item;
}
export function left_words(seconds: number | null | undefined): string {
	if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '';
	if (seconds < 60) return t('left-seconds', { n: Math.max(1, Math.ceil(seconds)) });
	if (seconds < 5400) return t('left-minutes', { n: Math.ceil(seconds / 60) });
	return t('left-hours', { n: Math.round(seconds / 3600) });
}
