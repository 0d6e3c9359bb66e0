// Names as this interface says them: 님 for Korean people in Korean, words for those whose name we do not know.
import { lang, t } from '$lib/i18n/index.svelte';
import { say_count, say_person, type Counted } from '$lib/i18n/say';
import type { Both } from '$lib/api/types';
import { pick_text } from './both';

/** `김민지 님`; somebody without a name is called what they are. */
export function person_name(person: { name?: string | null; email?: string | null } | null | undefined): string {
	if (person?.name) return say_person(person.name, lang());
	return person?.email || t('nameless-person');
}
/** `61명`, `39곳`; in English the noun is added: `61 people`. */
export function counted(n: number, what: Counted): string {
	return lang() === 'ko' ? say_count(n, what, 'ko') : t(`counted-${what}`, { n });
}
/** The text in the language of the interface. */
export function text_of(both: Both | null | undefined): string {
	return pick_text(both, lang());
}
