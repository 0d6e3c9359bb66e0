// The calls of this room.
import { at, get, patch, post, put } from '$lib/api/client';
import type { Answering, Conversation, ConversationRow, Door, Draft, DraftEnvelope, Entry, Hit, Page, Receiver, RoomHits, StaffMember } from '$lib/api/types';

export const VIEWS = ['mine', 'unassigned', 'untagged', 'waiting', 'all', 'closed', 'blocked'] as const;
export type View = (typeof VIEWS)[number];
export const SORTS = ['waiting', 'newest', 'value', 'worst'] as const;
export type Sort = (typeof SORTS)[number];
export const CHANNELS = ['email', 'chat', 'call', 'form', 'survey', 'interview', 'workshop', 'docs', 'community', 'social', 'api'] as const;
/** What the list is narrowed by, besides view and sorting. */
export const FILTERS = ['door', 'channel', 'language', 'emotion', 'tag', 'person', 'team', 'account', 'source', 'q', 'from', 'to'] as const;

export const list_conversations = (query: Record<string, string | number | null>, signal?: AbortSignal) =>
	get<Page<ConversationRow>>('/api/conversations', query, signal);
export const get_conversation = (id: string, signal?: AbortSignal, entries_before?: string) =>
	get<Conversation>(at`/api/conversations/${id}`, { entries_before }, signal);
export const list_doors = (signal?: AbortSignal) => get<{ items: Door[] }>('/api/doors', {}, signal);
export const list_staff = (signal?: AbortSignal) => get<{ items: StaffMember[] }>('/api/staff', {}, signal);
export const add_note = (id: string, text: string, key: string) => post<Entry>(at`/api/conversations/${id}/notes`, { text }, { idempotency_key: key });
export const get_answering = (id: string) => get<Answering>(at`/api/conversations/${id}/answering`);
export type ReplyIn = { text: string; to: Receiver[]; cc: Receiver[]; bcc: Receiver[]; door: string | null; subject: string | null; seen: string | null };
export const send_reply = (id: string, reply: ReplyIn, key: string) => post<Entry>(at`/api/conversations/${id}/replies`, reply, { idempotency_key: key });
export const take_back_reply = (entry: string) => post(at`/api/entries/${entry}/take_back`, {});
export const send_again = (entry: string, position: number) => post<Entry>(at`/api/entries/${entry}/deliveries/${position}/send`, {});
export const list_drafts = (id: string) => get<{ items: Draft[] }>(at`/api/conversations/${id}/drafts`);
export const keep_draft = (id: string, kind: 'reply' | 'note', draft: { rev: number; text: string; envelope: DraftEnvelope }) => put<{ rev: number }>(at`/api/conversations/${id}/drafts/${kind}`, draft);
export const mark_read = (id: string) => post(at`/api/conversations/${id}/read`);
export const original_url = (entry: string) => at`/api/entries/${entry}/original`;
export const search_conversations = (q: string, cursor: string | null, limit: number, signal?: AbortSignal) =>
	get<Page<Hit> & { ranked_newest: number | null }>('/api/search', { q, room: 'conversations', cursor, limit }, signal);
export const search_rooms = (q: string, signal?: AbortSignal) => get<RoomHits>('/api/search/rooms', { q }, signal);

export type Change = { assignee?: string | null; status?: 'open' | 'closed'; purpose?: string | null; subject?: string };
export const change_conversation = (id: string, change: Change, rev: number) => patch<Conversation>(at`/api/conversations/${id}`, change, rev);
