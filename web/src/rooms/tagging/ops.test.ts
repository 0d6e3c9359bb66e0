import { expect, test } from 'vitest';
import type { Tagging, Taggings } from '$lib/api/types';
import { invert, overlay, settle, type TagOp } from './ops';

const me = { id: 'stf_1', name: '윤서' };
const same = (id: string) => id;
const tagging = (id: string, tag: string, more: Partial<Tagging> = {}): Tagging => ({
	id,
	tag,
	kind: null,
	passage: null,
	origin: 'person',
	by: me,
	tagged_at: '2026-11-22T00:00:00Z',
	...more
});
const server: Taggings = { items: [tagging('tgg_1', 'tag_filter')], nothing: null };
const conversation = 'cnv_1';
const job = (key: string, op: TagOp) => ({ key, at: 0, op });
const shown = (ops: [string, TagOp][]) => overlay(server, ops.map(([k, o]) => job(k, o)), me, same);

test('a tag shows at once and says that it waits', () => {
	const { items, waiting } = shown([['k1', { do: 'tag', conversation, tag: 'tag_sync', kind: 'bug' }]]);
	expect(items.map((t) => [t.tag, t.kind, t.waiting])).toEqual([
		['tag_filter', null, undefined],
		['tag_sync', 'bug', true]
	]);
	expect(waiting).toBe(true);
});

test('the same living tag is not shown twice, but the same tag on a passage is another', () => {
	const passage = { entry_id: 'ent_1', start: 0, end: 4, quote: '필터가 ' };
	expect(shown([['k1', { do: 'tag', conversation, tag: 'tag_filter' }]]).items).toHaveLength(1);
	expect(shown([['k1', { do: 'tag', conversation, tag: 'tag_filter', passage }]]).items).toHaveLength(2);
});

test('what was tagged and taken back offline is gone', () => {
	const { items } = shown([
		['k1', { do: 'tag', conversation, tag: 'tag_sync' }],
		['k2', { do: 'kind', conversation, tagging: 'k1', kind: 'bug' }],
		['k3', { do: 'untag', conversation, tagging: 'k1' }]
	]);
	expect(items.map((t) => t.id)).toEqual(['tgg_1']);
});

test('a tag takes back “nothing to tag”', () => {
	expect(shown([['k1', { do: 'nothing', conversation }]]).nothing).toBe(true);
	expect(
		shown([
			['k1', { do: 'nothing', conversation }],
			['k2', { do: 'tag', conversation, tag: 'tag_sync' }]
		]).nothing
	).toBe(false);
});

test('an answered job looks the same as a waiting one', () => {
	const op: TagOp = { do: 'kind', conversation, tagging: 'tgg_1', kind: 'bug' };
	const settled = settle(server, op, tagging('tgg_2', 'tag_filter', { kind: 'bug' }), same);
	const strip = (items: readonly Tagging[]) => items.map((t) => [t.tag, t.kind]);
	expect(strip(settled.items)).toEqual(strip(shown([['k', op]]).items));
	expect(settle(settled, { do: 'untag', conversation, tagging: 'tgg_2' }, undefined, same).items).toEqual([]);
});

test('every act has its way back', () => {
	const before = server.items;
	expect(invert({ do: 'tag', conversation, tag: 'tag_sync' }, 'k1', before)).toEqual({ do: 'untag', conversation, tagging: 'k1' });
	expect(invert({ do: 'tag', conversation, tag: 'tag_filter' }, 'k1', before)).toBeUndefined();
	expect(invert({ do: 'untag', conversation, tagging: 'tgg_1' }, 'k1', before)).toEqual({ do: 'tag', conversation, tag: 'tag_filter', kind: null, passage: undefined });
	expect(invert({ do: 'kind', conversation, tagging: 'tgg_1', kind: 'bug' }, 'k1', before)).toEqual({ do: 'kind', conversation, tagging: 'tgg_1', kind: null });
	expect(invert({ do: 'nothing', conversation }, 'k1', before)).toEqual({ do: 'something', conversation });
});

test('a kind set before the tagging had its id finds it by the id it replaced', () => {
	const op: TagOp = { do: 'kind', conversation, tagging: 'k1', kind: 'bug' };
	const settled = settle({ items: [tagging('tgg_5', 'tag_sync')], nothing: null }, op, tagging('tgg_6', 'tag_sync', { kind: 'bug' }), () => 'tgg_6', 'tgg_5');
	expect(settled.items.map((t) => [t.id, t.kind])).toEqual([['tgg_6', 'bug']]);
});
