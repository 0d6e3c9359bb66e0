// Texts that exist in two languages: the person's own first, else the other, so that nothing shows empty.
import type { Both } from '$lib/api/types';
import type { Lang } from '$lib/i18n/messages';

/** The text in `lang`, or the other language's when it is missing. */
export function pick_text(both: Both | null | undefined, lang: Lang): string {
	if (!both) return '';
	return both[lang] || both[lang === 'ko' ? 'en' : 'ko'] || '';
}
