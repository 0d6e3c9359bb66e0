// The calls of the tag tree and the tag page.
import { at, get, patch, post, post_raw } from '$lib/api/client';
import type { Both, Page, TableReport, Tag } from '$lib/api/types';
import type { Counts, Evidence } from './counts';

export type Aliases = { ko: string[]; en: string[] };
export type TagTexts = { label: Both; aliases: Aliases; definition: Both; use: Both; not_for: Both };
export type TagChange = { seq: number; at: string; by: { id: string; name: string } | null; op: string; before: Record<string, unknown> | null; after: Record<string, unknown> | null };
export type JoinedItem = { id: string; key?: string | null; title: Both; status: string; half?: string | null };
type Query = Record<string, string | number | boolean | null | undefined>;

export const get_tag = (id: string, signal?: AbortSignal) => get<Tag>(at`/api/tags/${id}`, {}, signal);
export const count_tag = (id: string, query: Query, signal?: AbortSignal) => get<Counts>(at`/api/tags/${id}/counts`, query, signal);
export const list_words = (id: string, query: Query, signal?: AbortSignal) => get<Page<Evidence>>(at`/api/tags/${id}/evidence`, query, signal);
export const list_neighbours = (id: string, query: Query, signal?: AbortSignal) => get<{ items: { tag: string; conversations: number | null }[] }>(at`/api/tags/${id}/neighbours`, query, signal);
export const list_joined = (id: string, signal?: AbortSignal) => get<{ items: JoinedItem[] }>(at`/api/tags/${id}/items`, {}, signal);
export const list_history = (id: string, signal?: AbortSignal) => get<{ items: TagChange[] }>(at`/api/tags/${id}/history`, {}, signal);
export const create_tag = (body: TagTexts & { parent?: string }, key: string) => post<Tag>('/api/tags', body, { idempotency_key: key });
export const change_tag = (id: string, body: Partial<TagTexts> & { parent?: string; to_root?: boolean }, rev: number) => patch<Tag>(at`/api/tags/${id}`, body, rev);
export const move_tag_state = (id: string, to: 'adopt' | 'retire' | 'restore') => post<Tag>(`${at`/api/tags/${id}`}/${to}`);
export const import_table = (table: Blob) => post_raw<TableReport>('/api/tags/import', { body: table, type: 'text/tab-separated-values' });
export const begin_with_starter = () => post<TableReport>('/api/tags/starter');
