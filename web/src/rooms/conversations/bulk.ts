// Many conversations changed at once, and brought back at once.
import { as_problem } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { say_done, say_problem } from '$lib/ui/toasts.svelte';
import { change_conversations, type Before, type Change } from './api';

/** The change that brings back how it was, of as much as was changed. */
export function revert(before: Before, change: Change, now: number): Change {
	// A moment that has passed meanwhile is none to rest until.
	const until = before.snoozed_until && Date.parse(before.snoozed_until) > now ? before.snoozed_until : null;
	return {
		...('assignee' in change ? { assignee: before.assignee } : {}),
		...('staff_team' in change ? { staff_team: before.staff_team } : {}),
		...('status' in change ? { status: before.status } : {}),
		// Closing ends a rest.
		...('snoozed_until' in change || ('status' in change && until) ? { snoozed_until: until } : {})
	};
}

/** Changes conversations; `words` tells of how many, `u` brings them back. */
export async function change_many(ids: readonly string[], change: Change, words: (n: number) => string): Promise<void> {
	try {
		const { done, refused } = await change_conversations(ids.map((id) => ({ id, change })));
		if (done.length) say_done(words(done.length), () => void bring_back(done, change));
		if (refused.length) say_problem(t('bulk-refused', { n: refused.length }));
	} catch (error) {
		say_problem(as_problem(error).message);
	}
}

async function bring_back(done: readonly Before[], change: Change): Promise<void> {
	try {
		const { refused } = await change_conversations(done.map((before) => ({ id: before.id, change: revert(before, change, Date.now()) })));
		if (refused.length) say_problem(t('bulk-refused', { n: refused.length }));
		else say_done(t('undone'));
	} catch (error) {
		say_problem(as_problem(error).message);
	}
}
