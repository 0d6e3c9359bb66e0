// Typed text is never lost: a draft per person and conversation, on this device, until it was sent.
import { me } from '$lib/session.svelte';

const name_of = (conversation: string) => `sarang.draft.${me().id}.${conversation}`;

export function read_draft(conversation: string): string {
	try {
		return localStorage.getItem(name_of(conversation)) ?? '';
	} catch {
		return '';
	}
}

export function write_draft(conversation: string, text: string): void {
	try {
		if (text) localStorage.setItem(name_of(conversation), text);
		else localStorage.removeItem(name_of(conversation));
	} catch {
		// Without storage the draft lasts until the page is closed.
	}
}
