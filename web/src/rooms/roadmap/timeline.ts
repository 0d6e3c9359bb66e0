// Where bars stand on a timeline. Pure.
import type { Bar, Need } from './api';

export type Span = { left: number; width: number; from_before: boolean; goes_on: boolean };

const LEAST = 0.6;

/** A bar in percent of the stretch that is shown; cut where it reaches beyond. */
export function place_bar(begins: number, ends: number, from: number, to: number): Span {
	const whole = to - from;
	const left = Math.min(100 - LEAST, Math.max(0, ((begins - from) / whole) * 100));
	const right = Math.min(100, Math.max(0, ((ends - from) / whole) * 100));
	return { left, width: Math.max(LEAST, right - left), from_before: begins < from, goes_on: ends > to };
}

/** What is not there yet of what an item waits for; `late` when it is planned for later than the item itself. */
export const waits_for = (bar: Pick<Bar, 'half' | 'status'>, needs: readonly Need[]): (Need & { late: boolean })[] =>
	bar.status === 'shipped' ? [] : needs.filter((need) => need.status !== 'shipped').map((need) => ({ ...need, late: need.status === 'declined' || need.half === null || (bar.half !== null && need.half > bar.half) }));

/** The half-year in which a bar ends, of those that are shown: where it stands in a list by time. */
export function half_of_end(bar: Pick<Bar, 'ends' | 'shipped'>, halves: readonly { half: string; begins: string }[]): string {
	const end = Date.parse(bar.ends) - (bar.shipped ? 0 : 1);
	return halves.findLast((half) => Date.parse(half.begins) <= end)?.half ?? halves[0]?.half ?? '';
}
