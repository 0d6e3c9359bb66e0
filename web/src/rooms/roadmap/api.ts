// The calls of this room.
import { at, del, get, patch, post, post_raw } from '$lib/api/client';
import type { AccountRef, Both, Kind, Page, PersonRef, TableReport } from '$lib/api/types';
import type { Counts, Evidence } from '$rooms/tagging';
import type { Feasibility, TeamEffort } from './plan_api';

export const STATUSES = ['considering', 'planned', 'building', 'shipped', 'parked', 'declined'] as const;
export type Status = (typeof STATUSES)[number];
export type Joined = { tag: string; mode: 'include' | 'exclude'; subtree: boolean; kinds: Kind[] };
type Withheld = number | null;
export type Item = {
	id: string;
	key: string | null;
	title: Both;
	problem: Both;
	status: Status;
	half: string | null;
	owner: string | null;
	owner_staff: string | null;
	effort_low: number | null;
	effort_high: number | null;
	efforts: TeamEffort[];
	feasibility: Feasibility;
	feasibility_reason: string | null;
	needs: string[];
	tags: Joined[];
	counts: { conversations: Withheld; persons: Withheld; teams: Withheld; accounts: Withheld; n: Withheld; too_few: boolean };
	asked: { persons: Withheld; accounts: Withheld };
	position: number;
	status_at: string;
	rev: number;
};
export type ItemIn = Partial<Pick<Item, 'status' | 'half' | 'owner' | 'tags' | 'key' | 'title' | 'problem' | 'efforts' | 'feasibility' | 'needs'>> & { feasibility_reason?: string } & { effort_low?: number | null; effort_high?: number | null };
export type ItemPerson = { person: PersonRef; account: AccountRef | null; conversations: number; passages: number; first_at: string; last_at: string };
export type ItemAsk = Pick<ItemPerson, 'person' | 'account' | 'conversations' | 'first_at' | 'last_at'> & { id: string; origin: 'taggings' | 'hand' | 'visitor' | 'vote'; state: string; words: string | null };
export type ItemChange = { seq: number; at: string; by: string | null; what: string; before: Record<string, unknown> | null; after: Record<string, unknown> | null };
export type Ask = { item: Item; conversations: number; first_at: string; last_at: string };
type Query = Record<string, string | number | boolean | null | undefined>;

/** By which a list of items is narrowed. */
export type Narrowed = { q?: string; owner?: string; half?: string; area?: string };
export type BoardColumn = { status: Status; total: number; items: Item[] };
export type BoardData = { columns: BoardColumn[]; total: number; owners: { owner: string; total: number }[]; halves: string[] };
export type Need = { id: string; title: Both; status: Status; half: string | null };
export type Bar = { id: string; key: string | null; title: Both; status: Status; half: string | null; owner: string | null; begins: string; ends: string; began: boolean; shipped: boolean; needs: Need[] };
export type TimelineGroup = { name: string | null; area: string | null; total: number; items: Bar[] };
export type TimelineData = { halves: { half: string; begins: string }[]; ends: string; groups: TimelineGroup[]; total: number; more_groups: number };

export const list_items = (query: Query, signal?: AbortSignal) => get<Page<Item> & { total: number }>('/api/roadmap/items', query, signal);
export const get_board = (query: Query, signal?: AbortSignal) => get<BoardData>('/api/roadmap/board', query, signal);
export const get_timeline = (query: Query, signal?: AbortSignal) => get<TimelineData>('/api/roadmap/timeline', query, signal);
export const get_item = (id: string, signal?: AbortSignal) => get<Item>(at`/api/roadmap/items/${id}`, {}, signal);
export const create_item = (body: ItemIn, key: string) => post<Item>('/api/roadmap/items', body, { idempotency_key: key });
export const change_item = (id: string, body: ItemIn, rev: number) => patch<Item>(at`/api/roadmap/items/${id}`, body, rev);
export const remove_item = (id: string) => del(at`/api/roadmap/items/${id}`);
export const move_item = (id: string, body: { status?: Status; half?: string; before?: string }) => post<Item>(at`/api/roadmap/items/${id}/move`, body);
export const list_words = (id: string, query: Query, signal?: AbortSignal) => get<Counts & Page<Evidence>>(at`/api/roadmap/items/${id}/evidence`, query, signal);
export const list_people = (id: string, query: Query, signal?: AbortSignal) => get<Page<ItemPerson>>(at`/api/roadmap/items/${id}/people`, query, signal);
export const list_askers = (id: string, signal?: AbortSignal) => get<Page<ItemAsk>>(at`/api/roadmap/items/${id}/asks`, { limit: 200 }, signal);
export const list_history = (id: string, signal?: AbortSignal) => get<{ items: ItemChange[] }>(at`/api/roadmap/items/${id}/history`, {}, signal);
export const list_asks = (of: { person?: string; team?: string; account?: string }, signal?: AbortSignal) => get<{ items: Ask[] }>('/api/roadmap/asks', of, signal);
export const import_items = (table: Blob) => post_raw<TableReport>('/api/roadmap/import', { body: table, type: 'text/csv' });
