// What a half-year would hold, computed in the browser from the parts that the server gives. The same rules as the server's
// `score.rs`, `choose.rs` and `cut.rs`; both are held to the same figures by `golden.json`. Pure.
import type { PlannedItem, Rules } from './plan_api';

/** What is asked instead of what stands. */
export type WhatIf = {
	/** Person-weeks by team. */
	capacity: Record<string, number>;
	rules: Rules;
	/** How items fit, by id: of another direction. Those of the plan when absent. */
	fits?: Readonly<Record<string, number>>;
	/** Items that must be in. */
	musts: readonly string[];
};

export type Because = PlannedItem['because'];
export type Verdict = { is_in: boolean; because: Because; team?: string; needs?: string };
export type Answer = {
	/** By id. */
	verdicts: Map<string, Verdict>;
	/** By id; from 1, by the score. */
	places: Map<string, number>;
	values: Map<string, number>;
	value: number;
	/** The share that may be missing: 0 when the choice is proven to be the best. */
	gap: number;
	/** What each team can do and what is taken of it; the house, which has no name, last. */
	teams: { team: string; can: number; takes: number }[];
	too_much?: { team: string; needed: number; capacity: number };
};

/** Days after which an ask may count half: the server says the demand of each (`by_half_life`). */
export const HALF_LIVES = [30, 60, 90, 120, 180, 270, 365, 730, 1825] as const;

/** The half-lives one may ask for: those, and the one that stands. */
export const list_half_lives = (stands: number): number[] => [...new Set([...HALF_LIVES, stands])].sort((a, b) => a - b);

const weight_of = (weights: Record<string, number>, key: string): number => weights[key] ?? 1;

/** What an item is worth by rules and a fit; null where the server shows no parts. */
export function value_of(one: PlannedItem, rules: Rules, fit: number): number | null {
	const { demand, importance, by_standing } = one.parts;
	if (demand === null || importance === null) return null;
	if (rules.formula === 'rice') {
		const sure = { yes: 1, needs_research: 0.5, no: 0 }[one.item.feasibility];
		return demand * sure * (fit > 0 ? fit : 0.25);
	}
	// One that is not in the list is the one that stands.
	const life = HALF_LIVES.findIndex((days) => days === rules.half_life_days);
	const weighed = by_standing.reduce((sum, s) => sum + (s.by_half_life?.[life] ?? s.demand) * (s.is_account ? weight_of(rules.bands, s.band) * weight_of(rules.plans, s.plan) * weight_of(rules.sizes, s.size) : 1), 0);
	return weighed * (rules.without_fit + (1 - rules.without_fit) * (fit / 3));
}

const fold = (name: string): string => name.normalize('NFC').trim().toLowerCase();
const tenths = (weeks: number): number => Math.round(weeks * 10);
const mean = (e: { low: number; likely: number; high: number }): number => (e.low + 4 * e.likely + e.high) / 6;

export type Candidate = { value: number; effort: Map<number, number>; must: boolean; needs: number[] };
export type Cut = { is_in: boolean[]; value: number; bound: number };

const MOST_NODES = 30_000;

/** The choice worth most; branch and bound, with the best of what was found when it takes too many steps. */
export function cut(all: readonly Candidate[], capacity: readonly number[]): Cut | undefined {
	const n = all.length;
	const dependents: number[][] = all.map(() => []);
	all.forEach((one, at) => one.needs.forEach((need) => dependents[need]!.push(at)));
	// 1: in, -1: out, 0: not decided.
	const state = new Int8Array(n);
	const left = [...capacity];
	let value = 0;
	const done: number[] = [];
	function put(at: number, to: 1 | -1): boolean {
		if (state[at] === to) return true;
		if (state[at] !== 0) return false;
		state[at] = to;
		done.push(at);
		if (to === 1) {
			value += all[at]!.value;
			let fits = true;
			all[at]!.effort.forEach((takes, team) => (fits = (left[team]! -= takes) >= 0 && fits));
			return fits && all[at]!.needs.every((need) => put(need, 1));
		}
		return dependents[at]!.every((of) => put(of, -1));
	}
	function undo(to: number): void {
		while (done.length > to) {
			const at = done.pop()!;
			if (state[at] === 1) {
				value -= all[at]!.value;
				all[at]!.effort.forEach((takes, team) => (left[team]! += takes));
			}
			state[at] = 0;
		}
	}
	for (let at = 0; at < n; at++) if (all[at]!.must && !put(at, 1)) return undefined;
	const by_team = capacity.map((_, team) =>
		all.map((one, at) => ({ at, takes: one.effort.get(team) ?? 0, value: one.value })).sort((a, b) => (a.takes === 0 || b.takes === 0 ? a.takes - b.takes : b.value / b.takes - a.value / a.takes))
	);
	/** No choice from here is worth more: each team alone, with the last item in parts. */
	function bound(): number {
		let least = Infinity;
		for (let team = 0; team < capacity.length; team++) {
			let room = left[team]!;
			let sum = value;
			for (const { at, takes, value: worth } of by_team[team]!) {
				if (state[at] !== 0) continue;
				if (takes <= room) {
					room -= takes;
					sum += worth;
				} else {
					sum += (worth * room) / takes;
					break;
				}
			}
			least = Math.min(least, sum);
		}
		return least;
	}
	const share = (one: Candidate): number => Math.max(1e-9, ...[...one.effort].map(([team, takes]) => takes / Math.max(1, capacity[team]!)));
	const order = all.map((_, at) => at).sort((a, b) => all[b]!.value / share(all[b]!) - all[a]!.value / share(all[a]!));
	let best = { value: -1, is_in: all.map(() => false) };
	let nodes = 0;
	let open = 0;
	function search(from: number): void {
		const most = bound();
		if (most <= best.value + 1e-9) return;
		if (nodes++ > MOST_NODES) {
			open = Math.max(open, most);
			return;
		}
		let next = from;
		while (next < n && state[order[next]!] !== 0) next++;
		if (next === n) {
			best = { value, is_in: [...state].map((s) => s === 1) };
			return;
		}
		const mark = done.length;
		if (put(order[next]!, 1)) search(next + 1);
		undo(mark);
		if (put(order[next]!, -1)) search(next + 1);
		undo(mark);
	}
	search(0);
	return { is_in: best.is_in, value: Math.max(0, best.value), bound: Math.max(best.value, open) };
}

const can_do = (half: string, one: PlannedItem): Because | undefined => {
	const { item } = one;
	if (item.status === 'parked') return 'parked';
	if (item.feasibility === 'no') return 'not_feasible';
	if (item.half !== null && item.half > half) return 'later_half';
	return item.effort === null ? 'no_effort' : undefined;
};

/** What the half-year would hold. `plan` lists every open item in the order of the ranking. */
export function ask(half: string, plan: readonly PlannedItem[], what_if: WhatIf): Answer {
	const fit = (one: PlannedItem) => what_if.fits?.[one.item.id] ?? (what_if.fits ? 0 : one.parts.fit);
	const values = new Map<string, number>();
	for (const one of plan) values.set(one.item.id, value_of(one, what_if.rules, fit(one)) ?? 0);
	const score = (one: PlannedItem): number | null => (one.parts.effort === null || one.item.feasibility === 'no' ? null : values.get(one.item.id)! / one.parts.effort);
	const scored = plan.filter((one) => score(one) !== null).sort((a, b) => score(b)! - score(a)!);
	const places = new Map(scored.map((one, at) => [one.item.id, at + 1]));
	const unplaced = plan.filter((one) => !one.placed && one.parts.effort !== null).map((one) => values.get(one.item.id)! / one.parts.effort!);
	unplaced.sort((a, b) => b - a);
	for (const one of plan) {
		if (one.placed && one.parts.effort !== null && unplaced.length) values.set(one.item.id, unplaced[Math.min(one.placed.place, unplaced.length) - 1]! * one.parts.effort);
	}

	const barred = new Map<string, { because: Because; needs?: string }>();
	for (const one of plan) {
		const because = can_do(half, one);
		if (because) barred.set(one.item.id, { because });
	}
	const open = new Set(plan.map((one) => one.item.id));
	// What is needed and not open is there already, unless the server says that it is missing.
	const gone = (one: PlannedItem, need: string): boolean => barred.has(need) || (!open.has(need) && one.because_needs === need);
	for (let more = true; more; ) {
		more = false;
		for (const one of plan) {
			const needs = barred.has(one.item.id) ? undefined : one.item.needs.find((need) => gone(one, need));
			if (needs) {
				barred.set(one.item.id, { because: 'needs_missing', needs });
				more = true;
			}
		}
	}
	const able = plan.filter((one) => !barred.has(one.item.id));
	const at = new Map(able.map((one, n) => [one.item.id, n]));
	const names = Object.keys(what_if.capacity).sort();
	for (const one of able) for (const e of one.item.efforts) if (!names.includes(e.team)) names.push(e.team);
	const capacity = [...names.map((team) => tenths(what_if.capacity[team] ?? 0)), Object.values(what_if.capacity).reduce((sum, weeks) => sum + tenths(weeks), 0)];
	names.push('');
	const candidates = able.map((one): Candidate => {
		const effort = new Map(one.item.efforts.map((e) => [names.indexOf(e.team), tenths(mean(e))] as const));
		const whole = effort.size ? [...effort.values()].reduce((a, b) => a + b, 0) : tenths(one.parts.effort ?? 0);
		// What was estimated as a whole is the work of the team it belongs to, where that team has a capacity.
		const owner = effort.size ? -1 : names.findIndex((name) => name && one.item.owner && fold(name) === fold(one.item.owner));
		if (owner >= 0) effort.set(owner, whole);
		effort.set(names.length - 1, whole);
		return { value: values.get(one.item.id)!, effort, must: what_if.musts.includes(one.item.id), needs: one.item.needs.flatMap((need) => at.get(need) ?? []) };
	});
	const found = cut(candidates, capacity);
	const is_in = (n: number): boolean => found?.is_in[n] ?? false;
	const takes = (team: number): number => candidates.reduce((sum, one, n) => sum + (is_in(n) ? (one.effort.get(team) ?? 0) : 0), 0);
	const verdict = (one: PlannedItem): Verdict => {
		const bar = barred.get(one.item.id);
		if (bar) return { is_in: false, ...bar };
		if (!found) return { is_in: false, because: 'no_choice' };
		const n = at.get(one.item.id)!;
		if (is_in(n)) {
			const needed = candidates.some((of, k) => is_in(k) && of.needs.includes(n));
			return { is_in: true, because: candidates[n]!.must ? 'promised' : needed ? 'needed' : 'worth_most' };
		}
		const team = [...candidates[n]!.effort].find(([team, weeks]) => weeks > capacity[team]!);
		if (team) return { is_in: false, because: 'no_capacity', team: names[team[0]]! };
		const need = candidates[n]!.needs.find((need) => !is_in(need));
		return need === undefined ? { is_in: false, because: 'worth_less' } : { is_in: false, because: 'needs_missing', needs: able[need]!.item.id };
	};
	return {
		verdicts: new Map(plan.map((one) => [one.item.id, verdict(one)])),
		places,
		values,
		value: found?.value ?? 0,
		gap: found && found.bound > found.value ? (found.bound - found.value) / found.bound : 0,
		teams: names.map((team, n) => ({ team, can: capacity[n]! / 10, takes: takes(n) / 10 })),
		...(found ? {} : { too_much: find_too_much(candidates, capacity, names) })
	};
}

/** The team that cannot do what is promised with what it needs. */
function find_too_much(all: readonly Candidate[], capacity: readonly number[], names: readonly string[]): { team: string; needed: number; capacity: number } {
	const promised = new Set<number>();
	const walk = (at: number): void => {
		if (promised.has(at)) return;
		promised.add(at);
		all[at]!.needs.forEach(walk);
	};
	all.forEach((one, at) => one.must && walk(at));
	const needed = names.map((_, team) => [...promised].reduce((sum, at) => sum + (all[at]!.effort.get(team) ?? 0), 0));
	const team = Math.max(0, needed.findIndex((weeks, team) => weeks > capacity[team]!));
	return { team: names[team]!, needed: needed[team]! / 10, capacity: capacity[team]! / 10 };
}
