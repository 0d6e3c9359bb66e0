// What search found in the rooms, as words and addresses: the palette and the search page show the same.
import type { RoomHits } from '$lib/api/types';
import { person_name, text_of } from '$lib/name.svelte';

export type FoundHit = { room: keyof RoomHits; id: string; words: string; href: string };

/** Every hit in the order of the rooms. */
export function list_found(hits: RoomHits): FoundHit[] {
	const hit = (room: keyof RoomHits, path: string) => (id: string, words: string) => ({ room, id, words: words || id, href: `${path}${id}` });
	const [conversation, person, team, account, tag, item] = [
		hit('conversations', '/inbox/'),
		hit('persons', '/people/'),
		hit('teams', '/teams/'),
		hit('accounts', '/accounts/'),
		hit('tags', '/tags/'),
		hit('items', '/roadmap/')
	] as const;
	return [
		...hits.conversations.map((h) => ({ ...conversation!(h.id, h.title || h.snippet), href: `/inbox/${h.id}?view=all` })),
		...hits.persons.map((h) => person!(h.id, person_name(h))),
		...hits.teams.map((h) => team!(h.id, h.name)),
		...hits.accounts.map((h) => account!(h.id, h.name)),
		...hits.tags.map((h) => tag!(h.id, text_of(h.label) || h.path)),
		...hits.items.map((h) => item!(h.id, text_of(h.title)))
	];
}
