// Tags this person used lately, so that the finder offers them first. Told by the server, renewed by what is done here.
import { get } from '$lib/api/client';

let recent = $state.raw<string[]>([]);
let frequent = $state.raw<string[]>([]);
let loaded = false;
const places = $derived(new Map(recent.map((tag, at) => [tag, at])));

export const recent_tags = () => recent;
export const frequent_tags = () => frequent;

export async function load_recent(): Promise<void> {
	if (loaded) return;
	loaded = true;
	try {
		const lists = await get<{ recent: string[]; frequent: string[] }>('/api/tagging/recent');
		recent = [...recent, ...lists.recent.filter((id) => !recent.includes(id))];
		frequent = lists.frequent;
	} catch {
		// The finder works without it; next time it is asked again.
		loaded = false;
	}
}

export function note_used(tag: string): void {
	recent = [tag, ...recent.filter((id) => id !== tag)].slice(0, 50);
}

/** 1 for the tag used last, less for older ones, 0 for the rest. */
export function recency_of(tag: string): number {
	const at = places.get(tag);
	return at === undefined ? 0 : 1 - at / 50;
}
