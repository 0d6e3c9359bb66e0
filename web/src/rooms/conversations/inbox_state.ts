// What the address of the inbox says, and addresses made from it.
import { FILTERS, SORTS, VIEWS, type Sort, type View } from './api';

export type InboxState = { view: View | undefined; sort: Sort; filters: Record<string, string> };

export function read_state(params: URLSearchParams): InboxState {
	const view = VIEWS.find((v) => v === params.get('view'));
	const sort = SORTS.find((s) => s === params.get('sort')) ?? default_sort(view);
	const filters = Object.fromEntries(FILTERS.flatMap((f) => (params.get(f) ? [[f, params.get(f)!]] : [])));
	return { view, sort, filters };
}

/** Those who wait longest first where waiting is what matters; else the newest. */
export function default_sort(view: View | undefined): Sort {
	return view === 'waiting' || view === 'mine' || view === 'team' || view === 'unassigned' ? 'waiting' : 'newest';
}

/** The address of the inbox with a change; a conversation's id keeps it open. */
export function inbox_href(state: InboxState, change: Partial<InboxState> = {}, id?: string): string {
	const next = { ...state, ...change };
	const params = new URLSearchParams();
	if (next.view) params.set('view', next.view);
	if (next.sort !== default_sort(next.view)) params.set('sort', next.sort);
	for (const [name, value] of Object.entries(next.filters)) if (value) params.set(name, value);
	const query = params.toString();
	return `/inbox${id ? `/${encodeURIComponent(id)}` : ''}${query ? `?${query}` : ''}`;
}
