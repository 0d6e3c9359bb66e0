// Where a card goes on a board, and which half-years there are. Pure.

/** The half-year of a day, `2026H2`. */
export function half_of(day: string): string {
	return `${day.slice(0, 4)}H${Number(day.slice(5, 7)) <= 6 ? 1 : 2}`;
}
/** The half-year some steps after another. */
export function half_after(half: string, steps: number): string {
	const n = Number(half.slice(0, 4)) * 2 + Number(half.slice(5)) - 1 + steps;
	return `${Math.floor(n / 2)}H${(n % 2) + 1}`;
}
/** The half-years worth offering: those in use, this one and the next three, in order. */
export function list_halves(used: readonly (string | null)[], today: string): string[] {
	const now = half_of(today);
	const all = new Set([...used.filter((h): h is string => !!h), ...[0, 1, 2, 3].map((n) => half_after(now, n))]);
	return [...all].sort();
}

export type Place = { column: string; before: string | undefined };

/**
 * Where a card comes to stand after one step. `columns` hold the ids of their cards in order; up and down stay in the
 * column, left and right keep about the same height. Undefined at the edge.
 */
export function step_card(columns: readonly { key: string; ids: readonly string[] }[], id: string, step: 'up' | 'down' | 'left' | 'right'): Place | undefined {
	const at = columns.findIndex((c) => c.ids.includes(id));
	if (at < 0) return undefined;
	const { key, ids } = columns[at]!;
	const row = ids.indexOf(id);
	if (step === 'up') return row > 0 ? { column: key, before: ids[row - 1] } : undefined;
	if (step === 'down') return row < ids.length - 1 ? { column: key, before: ids[row + 2] } : undefined;
	const to = columns[at + (step === 'left' ? -1 : 1)];
	return to && { column: to.key, before: to.ids[row] };
}

/**
 * The columns after a card was put before another, or at the end of its new column: beyond the cards that are shown, where
 * there are more.
 */
export function move_card<S extends string, T extends { id: string; status: S }>(columns: readonly { status: S; total: number; items: T[] }[], moved: T, before: string | undefined): { status: S; total: number; items: T[] }[] {
	return columns.map((column) => {
		const items = column.items.filter((i) => i.id !== moved.id);
		const total = column.total - (items.length < column.items.length ? 1 : 0);
		if (column.status !== moved.status) return { ...column, items, total };
		const at = before === undefined ? -1 : items.findIndex((i) => i.id === before);
		const shown = at >= 0 ? [...items.slice(0, at), moved, ...items.slice(at)] : items.length < total ? items : [...items, moved];
		return { ...column, items: shown, total: total + 1 };
	});
}
