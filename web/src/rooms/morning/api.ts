// The calls of this room: what customers said, in the morning; what whoever owns items should know this week.
import { get, get_versioned, put } from '$lib/api/client';
import type { AccountRef, PersonRef } from '$lib/api/types';
import type { Evidence } from '$rooms/tagging';
import type { Item } from '$rooms/roadmap';

export type Passage = {
	id: string;
	why: 'new' | 'rising' | 'chance';
	tag: string | null;
	conversation: string;
	entry: string;
	subject: string | null;
	text: string;
	is_cut: boolean;
	said_at: string;
	channel: string;
	language: string | null;
	person: PersonRef | null;
	account: AccountRef | null;
	value_band: string | null;
	company_size: string | null;
	tags: string[];
	assignee: string | null;
	answered_at: string | null;
};
export type MorningPage = {
	day: string;
	today: boolean;
	made_at: string | null;
	heard: number;
	items: Passage[];
	gone: number;
	before: string | null;
	after: string | null;
};
export type Wanted = {
	mail: boolean;
	hour: number;
	zone: string | null;
	passages: number;
	doors: string[];
	tags: string[];
	languages: string[];
	kinds: string[];
	week: boolean;
};
export type ItemWeek = {
	item: Item;
	conversations: number | null;
	persons: number | null;
	accounts: number | null;
	said: Evidence[];
	new_asks: number;
	askers: { person: PersonRef; account: AccountRef | null; at: string; words: string | null }[];
};

export const get_morning = (date?: string, signal?: AbortSignal) => get<MorningPage>('/api/morning', { date }, signal);
export const get_week = (signal?: AbortSignal) => get<{ items: ItemWeek[] }>('/api/morning/week', {}, signal);
export const get_wanted = (signal?: AbortSignal) => get_versioned<Wanted>('/api/me/morning', signal);
export const put_wanted = (wanted: Wanted, rev: string) => put<Wanted>('/api/me/morning', wanted, { rev });
export const list_doors = (signal?: AbortSignal) => get<{ items: { id: string; name: string }[] }>('/api/doors', {}, signal);
