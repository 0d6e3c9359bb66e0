// The calls of curation, and what its answers look like.
import { at, del, get, get_versioned, patch, post, put } from '$lib/api/client';
import type { Both, Page } from '$lib/api/types';
import type { Evidence } from '../counts';
import type { Aliases } from '../tags_api';

export type NewChild = { id?: string; label: Both; aliases?: Aliases; definition?: Both };
export type Op =
	| { op: 'create'; label: Both; parent?: string | null }
	| { op: 'change'; tag: string }
	| { op: 'move'; tag: string; parent: string | null }
	| { op: 'merge'; tag: string; into: string }
	| { op: 'split'; tag: string; children: NewChild[]; moves: { tagging: string; to: string }[] }
	| { op: 'retire' | 'restore' | 'adopt'; tag: string };

export type Four = { conversations: number; persons: number; teams: number; accounts: number };
export type Near = { tag: string; score: number };
export type Waiting = {
	source: string;
	tag: string;
	other: string | null;
	score: number | null;
	conversations: number | null;
	lacks: string[];
	nearest: Near[];
	proposal: { by: { id: string; name: string } | null; at: string; note: string | null; conversation: string | null; quote: string | null } | null;
};
export type Queue = { items: Waiting[]; counts: Record<string, number>; budget: Budget };
export type Budget = { limit: number; active: number };
export type Change = {
	id: string;
	state: 'draft' | 'published' | 'undone';
	title: string;
	what: string;
	ops: Op[];
	tags: { id: string; path: string; label: Both }[];
	undoes: string | null;
	by: { id: string; name: string } | null;
	at: string;
	rev: number;
};
export type TagImpact = { id: string; path: string; label: Both; ops: string[]; into: string | null; moves: number; before: Four | null; after: Four | null };
export type Impact = {
	tags: TagImpact[];
	items: { id: string; key: string | null; title: Both; before: Four; after: Four }[];
	active_before: number;
	active_after: number;
	touched: number;
};
export type Draft = Change & { impact: Impact | null; problem: { title: string; detail?: string } | null };
export type Sorted = Evidence & { suggested: number | null; score: number; is_sure: boolean };
export type Found = { conversation: string; subject: string | null; said_at: string; entry: string; start: number; end: number; quote: string };

export const list_queue = (signal?: AbortSignal) => get<Queue>('/api/curation/queue', {}, signal);
export const leave_in_queue = (item: Waiting, leave: boolean) => put<void>('/api/curation/queue', { source: item.source, tag: item.tag, other: item.other, leave });
export const set_budget = (limit: number) => put<Budget>('/api/curation/budget', { limit });
export const list_nearest = (ko: string, en: string, signal?: AbortSignal) => get<{ items: Near[] }>('/api/curation/nearest', { ko, en }, signal);
export const preview = (ops: Op[]) => post<Impact>('/api/curation/preview', { ops });
export const publish = (ops: Op[], title = '') => post<Change>('/api/curation/changes', { ops, title });
export const undo_change = (id: string) => post<Change>(at`/api/curation/changes/${id}/undo`);
export const list_changes = (cursor: string | null, limit: number, signal?: AbortSignal) => get<Page<Change>>('/api/curation/changes', { cursor, limit }, signal);
export const list_drafts = (signal?: AbortSignal) => get<{ items: Change[] }>('/api/curation/drafts', {}, signal);
export const get_draft = async (id: string, signal?: AbortSignal) => (await get_versioned<Draft>(at`/api/curation/drafts/${id}`, signal)).data;
export const begin_draft = (ops: Op[], title: string) => post<Change>('/api/curation/drafts', { ops, title });
export const change_draft = (id: string, body: { ops?: Op[]; title?: string }, rev: number) => patch<Change>(at`/api/curation/drafts/${id}`, body, rev);
export const drop_draft = (id: string) => del(at`/api/curation/drafts/${id}`);
export const publish_draft = (id: string) => post<Change>(at`/api/curation/drafts/${id}/publish`);
export const sort_passages = (id: string, existing: string[], children: NewChild[]) => post<{ items: Sorted[]; total: number }>(at`/api/tags/${id}/sorted`, { existing, children });
export const find_passages = (id: string, signal?: AbortSignal) => get<{ items: Found[] }>(at`/api/tags/${id}/found`, {}, signal);
export const put_on = (tag: string, found: Found) =>
	post<{ id: string }>(at`/api/conversations/${found.conversation}/taggings`, { tag_id: tag, passage: { entry_id: found.entry, start: found.start, end: found.end, quote: found.quote } });
export const take_off = (tagging: string) => del(at`/api/taggings/${tagging}`);

/** An id of our own making, so that passages can name a tag that is made in the same change: sixteen random bytes in the
 *  26 letters the server writes ids in (Crockford's base32). */
export function new_tag_id(): string {
	let n = crypto.getRandomValues(new Uint8Array(16)).reduce((n, byte) => (n << 8n) | BigInt(byte), 0n);
	let text = '';
	for (let i = 0; i < 26; i++, n >>= 5n) text = LETTERS[Number(n & 31n)] + text;
	return `tag_${text}`;
}
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
