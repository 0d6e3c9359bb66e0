// The calls of the explorer.
import { at, del, get, patch, post } from '$lib/api/client';
import type { Page } from '$lib/api/types';
import type { SavedView } from '$lib/ui/saved_view';
import type { Evidence } from './counts';
import type { Around, Explored, ExploreQuery } from './explore';

export const explore_counts = (query: ExploreQuery, signal?: AbortSignal) => get<Explored>('/api/explore', query, signal);
export const explore_around = (query: ExploreQuery, signal?: AbortSignal) => get<Around>('/api/explore/around', query, signal);
export const list_explored = (query: Record<string, string | number | boolean | null | undefined>, signal?: AbortSignal) => get<Page<Evidence>>('/api/explore/evidence', query, signal);
export const csv_href = (query: ExploreQuery) =>
	`/api/explore.csv?${new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])))}`;
export const list_views = (signal?: AbortSignal) => get<{ items: SavedView[] }>('/api/explore/views', {}, signal);
export const save_view = (body: { name: string; query: string; shared: boolean }) => post<SavedView>('/api/explore/views', body);
export const share_view = (view: SavedView, shared: boolean) => patch<SavedView>(at`/api/explore/views/${view.id}`, { shared }, view.rev);
export const delete_view = (id: string) => del(at`/api/explore/views/${id}`);
