// What items are called elsewhere, and the trackers that tell how far that is.
import { at, del, get, patch, post } from '$lib/api/client';

export type LinkState = 'open' | 'building' | 'done' | 'dropped';
export type ItemLink = { source: string; external_id: string; url: string | null; state_name: string | null; state: LinkState | null; state_at: string | null };
export const list_links = (item: string, signal?: AbortSignal) => get<{ items: ItemLink[] }>(at`/api/roadmap/items/${item}/links`, {}, signal);
export const add_link = (item: string, url: string, key: string) => post<ItemLink>(at`/api/roadmap/items/${item}/links`, { url }, { idempotency_key: key });
export const remove_link = (item: string, link: ItemLink) => del(`${at`/api/roadmap/items/${item}/links`}?${new URLSearchParams({ source: link.source, external_id: link.external_id })}`);

export const TRACKERS = ['github', 'linear', 'jira'] as const;
export type TrackerKind = (typeof TRACKERS)[number];
export const TRACKER_NAMES: Record<TrackerKind, string> = { github: 'GitHub', linear: 'Linear', jira: 'Jira' };
export type Tracker = { id: string; name: string; kind: TrackerKind; url: string; moves_items: boolean; active: boolean; heard_at: string | null; heard_item: string | null; refused_at: string | null; secret?: string; rev: number };
export const list_trackers = (signal?: AbortSignal) => get<{ items: Tracker[] }>('/api/trackers', {}, signal);
export const add_tracker = (tracker: { name: string; kind: TrackerKind; moves_items: boolean }, key: string) => post<Tracker>('/api/trackers', tracker, { idempotency_key: key });
export const change_tracker = (tracker: Tracker, change: { active?: boolean; moves_items?: boolean }) => patch<Tracker>(at`/api/trackers/${tracker.id}`, change, tracker.rev);
export const delete_tracker = (id: string) => del(at`/api/trackers/${id}`);

export type MergedItem = { merge: number; id: string; title: { ko: string | null; en: string | null }; at: string };
export const merge_item = (item: string, into: string) => post<{ merge: number }>(at`/api/roadmap/items/${item}/merge`, { into });
export const list_merged = (item: string, signal?: AbortSignal) => get<{ items: MergedItem[] }>(at`/api/roadmap/items/${item}/merged`, {}, signal);
export const undo_merge = (merge: number) => post<void>(at`/api/roadmap/merges/${merge}/undo`);
