// The name of a row or column of the explorer: a segment, a week or a month.
import { lang } from '$lib/i18n/index.svelte';
import { say_day } from '$lib/i18n/say';
import { now } from '$lib/ui/clock.svelte';
import { is_time, type Cut } from './explore';
import { segment_words } from './segment_words.svelte';

export function cut_words(cut: Cut, key: string): string {
	if (!is_time(cut)) return segment_words(cut, key);
	if (cut === 'week') return say_day(Date.parse(`${key}T00:00:00Z`), now(), lang(), 'UTC');
	return new Intl.DateTimeFormat(lang(), { year: 'numeric', month: 'short', timeZone: 'UTC' }).format(Date.parse(`${key}-01T00:00:00Z`));
}
