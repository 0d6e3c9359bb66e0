// The explorer as its address holds it: which tags, cut how, narrowed to what, and which cell is open. Pure.
import { KINDS } from '$lib/api/types';
import { counts_params, counts_query, day_before, read_counts_view, type CountsView, type Four, type Segment } from './counts';

export const CUTS = ['plan', 'value_band', 'company_size', 'team_size', 'channel', 'language', 'kind', 'emotion', 'week', 'month'] as const;
export type Cut = (typeof CUTS)[number];
export type Narrowing = Exclude<Cut, 'week' | 'month'>;
/** How a conversation was felt at its worst, the worst first. */
export const FEELINGS = ['very_bad', 'bad', 'neutral', 'good', 'very_good'];
export const COUNTED = ['conversations', 'persons', 'teams', 'accounts'] as const;
export type CountedBy = (typeof COUNTED)[number];
export type Place = { row?: string; column?: string };
export type ExploreView = Omit<CountsView, 'filters'> & {
	filters: Partial<Record<Narrowing, string>>;
	tags: string[];
	rows?: Cut;
	columns?: Cut;
	what: CountedBy;
	chart: boolean;
	/** The cell whose words are shown; without one, those of everything. */
	place: Place;
};
export type Cell = Four & { row: string; column: string };
export type Explored = Four & { n: number | null; from: string | null; to: string | null; too_few: boolean; rows: Segment[]; columns: Segment[]; cells: Cell[] };
export type Around = { beside: { tag: string; conversations: number | null }[]; fresh: { tag: string; conversations: number | null; before: (number | null)[]; is_new: boolean }[]; week: string };

export const is_time = (cut: Cut | undefined): cut is 'week' | 'month' => cut === 'week' || cut === 'month';
const is_cut = (word: string | null): word is Cut => CUTS.includes(word as Cut);

/** Reads a view from an address. Words that mean nothing are left out; with nothing said, plans stand in the rows. */
export function read_explore_view(params: URLSearchParams): ExploreView {
	const { filters: _, ...counts } = read_counts_view(params, '90');
	const filters: ExploreView['filters'] = {};
	for (const cut of CUTS) {
		const value = params.get(cut);
		if (!value || is_time(cut)) continue;
		const known: readonly string[] | undefined = cut === 'kind' ? KINDS : cut === 'emotion' ? FEELINGS : undefined;
		if (!known || value === 'none' || known.includes(value)) filters[cut] = value;
	}
	const [rows, columns, what] = [params.get('rows'), params.get('columns'), params.get('what')];
	const first: Cut | undefined = rows === 'none' ? undefined : is_cut(rows) ? rows : 'plan';
	const second = is_cut(columns) && columns !== first && !(is_time(columns) && is_time(first)) ? columns : undefined;
	const place: Place = {};
	for (const name of ['row', 'column'] as const) {
		const value = params.get(name);
		if (value) place[name] = value;
	}
	return {
		...counts,
		filters,
		tags: (params.get('tags') ?? '').split(',').filter(Boolean),
		...(first ? { rows: first } : {}),
		...(second ? { columns: second } : {}),
		what: COUNTED.includes(what as CountedBy) ? (what as CountedBy) : 'conversations',
		chart: params.get('show') === 'chart',
		place
	};
}

/** The same as part of an address; what is usual is left out. */
export function explore_params(view: ExploreView): URLSearchParams {
	const params = counts_params({ ...view, filters: {} }, '90');
	if (view.tags.length) params.set('tags', view.tags.join(','));
	if (view.rows !== 'plan') params.set('rows', view.rows ?? 'none');
	if (view.columns) params.set('columns', view.columns);
	for (const [cut, value] of Object.entries(view.filters)) params.set(cut, value);
	if (view.what !== 'conversations') params.set('what', view.what);
	if (view.chart) params.set('show', 'chart');
	for (const [name, value] of Object.entries(view.place)) params.set(name, value);
	return params;
}
export const explore_href = (view: ExploreView): string => {
	const text = explore_params(view).toString();
	return `/tags/explore${text ? `?${text}` : ''}`;
};

export type ExploreQuery = Record<string, string | boolean | undefined>;

/** What the server is asked for on a day. */
export function explore_query(view: ExploreView, today: string): ExploreQuery {
	return {
		...counts_query({ ...view, filters: {} }, today),
		...view.filters,
		tags: view.tags.length ? view.tags.join(',') : undefined,
		rows: view.rows,
		columns: view.columns
	};
}

const day_after = (day: string, days: number) => day_before(day, -days);
function stretch_of(cut: 'week' | 'month', key: string): { from: string; to: string } {
	if (cut === 'week') return { from: key, to: day_after(key, 7) };
	const from = `${key}-01`;
	return { from, to: `${day_after(from, 31).slice(0, 7)}-01` };
}

/** The same, narrowed to a place in the table: exactly what was counted there. */
export function words_query(query: ExploreQuery, view: ExploreView): ExploreQuery {
	const { rows: _rows, columns: _columns, ...all } = query;
	let asked: ExploreQuery = all;
	for (const [cut, key] of [
		[view.rows, view.place.row],
		[view.columns, view.place.column]
	] as const) {
		if (!cut || key === undefined) continue;
		if (is_time(cut)) {
			const { from, to } = stretch_of(cut, key);
			const earliest = typeof asked['from'] === 'string' && asked['from'] > from ? asked['from'] : from;
			asked = { ...asked, from: earliest, to };
		} else asked = { ...asked, [cut]: key };
	}
	return asked;
}

/** The number in a cell: zero where nobody spoke, null where it is withheld. */
export function cell_finder(cells: readonly Cell[], what: CountedBy): (row: string, column: string) => number | null {
	const found = new Map(cells.map((cell) => [`${cell.row}\n${cell.column}`, cell[what]]));
	return (row, column) => {
		const value = found.get(`${row}\n${column}`);
		return value === undefined ? 0 : value;
	};
}
