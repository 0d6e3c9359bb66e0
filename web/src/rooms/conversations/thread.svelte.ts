// One open conversation: its entries, what one can change about it, and what is chosen in it.
import { as_problem } from '$lib/api/client';
import { resource, type Resource } from '$lib/api/resource.svelte';
import type { Conversation, Entry, Passage } from '$lib/api/types';
import type { LiveEvent } from '$lib/live/live.svelte';
import { moves_conversations } from '$lib/live/moves';
import { t } from '$lib/i18n/index.svelte';
import { say_done, say_problem } from '$lib/ui/toasts.svelte';
import { change_conversation, get_conversation, type Change } from './api';

export const conversation_source = (id: string) => ({ key: `conversation-${id}`, load: (signal: AbortSignal) => get_conversation(id, signal) });

/** Events that change what an open conversation shows, besides its tags. */
export function stirs_conversation(event: LiveEvent, id: string | undefined): boolean {
	if (!id || !moves_conversations(event)) return false;
	const { conversation, into, from } = event.data as Record<string, unknown>;
	// A batch that was taken in may have brought something to any conversation.
	return event.type === 'conversations.taken_in' || [conversation, into, from].includes(id);
}

export function use_conversation(id: () => string | undefined): Resource<Conversation> {
	return resource(
		() => {
			const now = id();
			return now ? conversation_source(now) : undefined;
		},
		(event) => stirs_conversation(event, id())
	);
}

/** Changes the head of a conversation: shown at once, tried once more when somebody changed it meanwhile, undone by `u`. */
export async function change_head(it: Resource<Conversation>, change: Change, shown: Partial<Conversation>, words: string): Promise<void> {
	const before = it.data;
	if (!before) return;
	it.change((data) => ({ ...data, ...shown }));
	try {
		const kept = await try_change(before, change);
		it.change((data) => ({ ...data, ...kept, entries: data.entries, passages: data.passages, earlier: data.earlier }));
		say_done(words, () => void change_head(it, revert(before, change), pick_shown(before, shown), t('undone')));
	} catch (error) {
		it.change((data) => ({ ...data, ...pick_shown(before, shown) }));
		say_problem(as_problem(error).message);
	}
}

async function try_change(before: Conversation, change: Change): Promise<Partial<Conversation>> {
	try {
		return await change_conversation(before.id, change, before.rev);
	} catch (error) {
		if (as_problem(error).status !== 412) throw error;
		const newer = await get_conversation(before.id);
		return await change_conversation(before.id, change, newer.rev);
	}
}

function revert(before: Conversation, change: Change): Change {
	const back: Change = {};
	if ('assignee' in change) back.assignee = before.assignee?.id ?? null;
	if ('status' in change) {
		back.status = before.status === 'closed' ? 'closed' : 'open';
		// Closing ends its rest.
		if (before.snoozed_until) back.snoozed_until = before.snoozed_until;
	}
	if ('staff_team' in change) back.staff_team = before.staff_team;
	if ('snoozed_until' in change) back.snoozed_until = before.snoozed_until;
	if ('purpose' in change) back.purpose = before.purpose;
	if ('subject' in change) back.subject = before.subject ?? '';
	return back;
}

function pick_shown(from: Conversation, like: Partial<Conversation>): Partial<Conversation> {
	return Object.fromEntries(Object.keys(like).map((key) => [key, from[key as keyof Conversation]]));
}

/** The passages of an entry that something is said about; one that lost its tags is not drawn. */
export function passages_of(entry: Entry, tagged: readonly Passage[]): Passage[] {
	const found = new Map(tagged.filter((p) => p.entry === entry.id).map((p) => [p.id, p]));
	return [...found.values()];
}
