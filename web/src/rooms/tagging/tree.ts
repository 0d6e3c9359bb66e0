// The tree of tags as rows, with what is folded left out. Pure.
import type { Tag } from '$lib/api/types';

export type TreeRow = { id: string; tag: Tag; depth: number; has_children: boolean; open: boolean };

/** Roots first, children below their parent, in the order the server gives. `shows` leaves a tag and all below it out. */
export function build_tree(tags: readonly Tag[], folded: ReadonlySet<string>, shows: (tag: Tag) => boolean): TreeRow[] {
	const ids = new Set(tags.filter(shows).map((tag) => tag.id));
	const children = new Map<string | null, Tag[]>();
	for (const tag of tags) {
		if (!ids.has(tag.id)) continue;
		// A tag whose parent is not shown stands at the top, so that nothing is lost from sight.
		const under = tag.parent && ids.has(tag.parent) ? tag.parent : null;
		children.set(under, [...(children.get(under) ?? []), tag]);
	}
	const rows: TreeRow[] = [];
	const walk = (parent: string | null, depth: number) => {
		for (const tag of children.get(parent) ?? []) {
			const has_children = children.has(tag.id);
			const open = has_children && !folded.has(tag.id);
			rows.push({ id: tag.id, tag, depth, has_children, open });
			if (open) walk(tag.id, depth + 1);
		}
	};
	walk(null, 0);
	return rows;
}
