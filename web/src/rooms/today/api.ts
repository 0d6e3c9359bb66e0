// The call of this room.
import { get } from '$lib/api/client';
import type { AccountRef, Page, PersonRef } from '$lib/api/types';
import type { Item } from '$rooms/roadmap';

export type Voice = { conversation: string; text: string; channel: string; at: string; person: PersonRef | null; account: AccountRef | null };
export type Today = {
	untagged: number;
	waiting: number;
	mine: number;
	unassigned: number;
	rising: { tag: string; is: 'new' | 'rising'; n: number; usual: [number, number] | null }[];
	voices: Voice[];
	items: Item[];
};
export const get_today = (signal?: AbortSignal) => get<Today>('/api/today', {}, signal);
/** One conversation, to know whether there is any at all. */
export const find_any = (signal?: AbortSignal) => get<Page<unknown>>('/api/conversations', { view: 'all', limit: 1 }, signal);
