// What the counting calls take and answer; the period and filters of a page as its address holds them. Pure.
import type { AccountRef, Kind, PersonRef, TeamRef } from '$lib/api/types';
import { KINDS } from '$lib/api/types';

/** A number that may be withheld: fewer than three persons stand behind it and the reader may not see so few. */
type Withheld = number | null;
export type Four = { conversations: Withheld; persons: Withheld; teams: Withheld; accounts: Withheld };
export type Segment = Four & { key: string; of?: number; share?: { value: number; low: number; high: number } };
export type WeekCount = { week: string; start: string; conversations: Withheld; persons: Withheld; accounts: Withheld };
export const DIMENSIONS = ['plan', 'value_band', 'channel', 'language', 'kind'] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type Counts = Four & { n: Withheld; from: string | null; to: string | null; too_few: boolean; series: WeekCount[]; by: Record<Dimension, Segment[]> };
export type Evidence = {
	tagging: string;
	tag: string;
	kind: Kind | null;
	quote: string;
	is_passage: boolean;
	entry: string | null;
	conversation: { id: string; subject: string | null; channel: string };
	person: PersonRef | null;
	team?: TeamRef | null;
	account: AccountRef | null;
	said_at: string;
	language: string | null;
	by: { id: string; name: string } | null;
};

export const PERIODS = ['week', '30', '90', '365', 'all'] as const;
export type Period = (typeof PERIODS)[number];
export type CountsView = { period: Period; tagged: boolean; alone: boolean; then: boolean; filters: Partial<Record<Dimension, string>> };

/** Reads period and filters from an address. Words that mean nothing are left out. */
export function read_counts_view(params: URLSearchParams, usual: Period = '30'): CountsView {
	const asked = params.get('period');
	const filters: CountsView['filters'] = {};
	for (const name of DIMENSIONS) {
		const value = params.get(name);
		if (value && (name !== 'kind' || KINDS.includes(value as Kind))) filters[name] = value;
	}
	return {
		period: PERIODS.includes(asked as Period) ? (asked as Period) : usual,
		tagged: params.get('by') === 'tagged_at',
		alone: params.get('subtree') === 'false',
		then: params.get('as_of') === 'then',
		filters
	};
}

/** The same as part of an address; what is usual is left out. */
export function counts_params(view: CountsView, usual: Period = '30'): URLSearchParams {
	const params = new URLSearchParams();
	if (view.period !== usual) params.set('period', view.period);
	if (view.tagged) params.set('by', 'tagged_at');
	if (view.alone) params.set('subtree', 'false');
	if (view.then) params.set('as_of', 'then');
	for (const name of DIMENSIONS) if (view.filters[name]) params.set(name, view.filters[name]);
	return params;
}

/** The day some days before another, both `YYYY-MM-DD`. */
export function day_before(day: string, days: number): string {
	return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
/** The civil day of an instant in a zone, `YYYY-MM-DD`. */
export function day_in(at: number, zone: string | undefined): string {
	return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}
/** The Monday of a day. */
export function monday_of(day: string): string {
	const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
	return day_before(day, (weekday + 6) % 7);
}

/** What the counting calls are asked, on a day. `period` overrides the view's, for the series. */
export function counts_query(view: CountsView, today: string, days?: number) {
	// The week that trends speak of ends yesterday, since today is not over.
	const is_week = days === undefined && view.period === 'week';
	const back = is_week ? 7 : days !== undefined ? days - 1 : view.period === 'all' ? undefined : Number(view.period) - 1;
	return {
		from: back === undefined ? undefined : day_before(today, back),
		to: is_week ? today : undefined,
		by: view.tagged ? 'tagged_at' : undefined,
		subtree: view.alone ? false : undefined,
		as_of: view.then ? 'then' : undefined,
		...view.filters
	};
}

/** As many weeks as asked, up to the one of `today`; weeks nobody spoke in are zeros. */
export function fill_weeks(series: readonly WeekCount[], today: string, weeks: number): { start: string; conversations: Withheld }[] {
	const known = new Map(series.map((w) => [w.start, w.conversations]));
	const last = monday_of(today);
	return Array.from({ length: weeks }, (_, i) => {
		const start = day_before(last, 7 * (weeks - 1 - i));
		return { start, conversations: known.has(start) ? known.get(start)! : 0 };
	});
}

type Trend = { is: 'rising' | 'falling' | 'steady'; last: number; low: number; high: number };
const BEFORE_WEEKS = 8;

/**
 * Whether the last whole week has more or fewer than the eight before it let one expect. The expected range is the
 * middle 80 % of the predictive distribution of a Poisson count with Jeffreys' prior (a negative binomial; Gelman et
 * al., Bayesian Data Analysis, 3rd ed., §2.6). Undefined while there is too little to say.
 */
export function find_trend(weeks: readonly { conversations: Withheld }[]): Trend | undefined {
	const whole = weeks.slice(0, -1);
	const last = whole.at(-1)?.conversations;
	const before = whole.slice(-1 - BEFORE_WEEKS, -1);
	if (last === undefined || last === null || before.length < BEFORE_WEEKS || before.some((w) => w.conversations === null)) return undefined;
	const sum = before.reduce((all, w) => all + w.conversations!, 0);
	if (sum + last < 5) return undefined;
	const shape = sum + 0.5;
	const stay = BEFORE_WEEKS / (BEFORE_WEEKS + 1);
	let chance = stay ** shape;
	let below = chance;
	let low = below >= 0.1 ? 0 : -1;
	let k = 0;
	while (below < 0.9 && k < 100_000) {
		chance *= ((k + shape) / (k + 1)) * (1 - stay);
		k++;
		below += chance;
		if (low < 0 && below >= 0.1) low = k;
	}
	return { is: last > k ? 'rising' : last < low ? 'falling' : 'steady', last, low, high: k };
}

/** Below this many a share is told as numbers only. */
const LEAST_FOR_SHARE = 10;
export const share_of = (s: Segment) => (s.share && (s.accounts ?? 0) >= LEAST_FOR_SHARE ? s.share : undefined);
