// Taking an answer back, from its toast, from its entry or by `u`: wherever its composer is open, the text is there again.
import { as_problem } from '$lib/api/client';
import type { Entry } from '$lib/api/types';
import { t } from '$lib/i18n/index.svelte';
import { say_done, say_problem } from '$lib/ui/toasts.svelte';
import { take_back_reply } from './api';

const listeners = new Set<() => void>();

/** Calls `act` after an answer was taken back; gives a way to stop that. */
export function when_taken_back(act: () => void): () => void {
	listeners.add(act);
	return () => listeners.delete(act);
}

export async function take_back(entry: Pick<Entry, 'id'>): Promise<void> {
	try {
		await take_back_reply(entry.id);
		say_done(t('reply-taken-back'));
		for (const act of listeners) act();
	} catch (error) {
		say_problem(as_problem(error).message);
	}
}
