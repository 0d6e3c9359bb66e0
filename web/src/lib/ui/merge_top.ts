// A list on the screen meets its newly loaded top. Pure.
import type { Page } from '$lib/api/types';

type Options = { held: boolean; pinned: string | undefined };
type Merged<T> = {
	items: T[];
	/** New rows not shown yet. */
	waiting: number;
	/** The rows now end where the page ends, so that its cursor goes on from here. */
	from_page: boolean;
};

/** `reached`: how many rows the page was asked for; rows below them were loaded before and stay. */
export function merge_top<T extends { id: string }>(shown: readonly T[], page: Page<T>, reached: number, { held, pinned }: Options): Merged<T> {
	const fresh = new Map(page.items.map((item) => [item.id, item]));
	if (held) {
		const known = new Set(shown.map((item) => item.id));
		return { items: shown.map((item) => fresh.get(item.id) ?? item), waiting: page.items.filter((item) => !known.has(item.id)).length, from_page: false };
	}
	const below = page.next === null ? [] : shown.slice(reached).filter((item) => !fresh.has(item.id));
	const items = [...page.items, ...below];
	const at = shown.findIndex((item) => item.id === pinned);
	if (at >= 0 && !items.some((item) => item.id === pinned)) items.splice(Math.min(at, items.length), 0, shown[at]!);
	return { items, waiting: 0, from_page: below.length === 0 };
}
