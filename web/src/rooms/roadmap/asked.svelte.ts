// Who asks for an item, in words.
import { t } from '$lib/i18n/index.svelte';
import { counted } from '$lib/name.svelte';
import type { Item } from './api';

/** Persons and accounts; where nobody is known by name, the conversations. */
export function asked_words({ asked, counts }: Pick<Item, 'asked' | 'counts'>): string {
	if (asked.persons === null) return t('too-few');
	if (asked.persons === 0) return counted(counts.conversations ?? 0, 'conversations');
	return [counted(asked.persons, 'persons'), ...(asked.accounts ? [counted(asked.accounts, 'accounts')] : [])].join(' · ');
}
