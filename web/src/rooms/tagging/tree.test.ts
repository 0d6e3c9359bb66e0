import { expect, test } from 'vitest';
import type { Tag } from '$lib/api/types';
import { build_tree } from './tree';

const tag = (id: string, parent: string | null, state = 'active') => ({ id, parent, state, path: id }) as Tag;
const tags = [tag('a', null), tag('b', null), tag('a1', 'a'), tag('a2', 'a', 'retired'), tag('a1x', 'a1'), tag('a2x', 'a2')];
const shape = (folded: string[], shows: (t: Tag) => boolean = () => true) => build_tree(tags, new Set(folded), shows).map((r) => '.'.repeat(r.depth) + r.id);

test('children stand below their parent', () => {
	expect(shape([])).toEqual(['a', '.a1', '..a1x', '.a2', '..a2x', 'b']);
});
test('what is folded hides everything below it', () => {
	expect(shape(['a1'])).toEqual(['a', '.a1', '.a2', '..a2x', 'b']);
	expect(shape(['a'])).toEqual(['a', 'b']);
});
test('a child of a tag that is not shown is not lost', () => {
	expect(shape([], (t) => t.state === 'active')).toEqual(['a', '.a1', '..a1x', 'b', 'a2x']);
});
