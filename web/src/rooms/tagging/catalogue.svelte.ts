// The whole catalogue of tags in the browser: what the finder searches and what names are read from. Loaded once,
// shared by every screen, renewed when the taxonomy changes.
import { get } from '$lib/api/client';
import { Resource } from '$lib/api/resource.svelte';
import type { Both, Tag } from '$lib/api/types';
import { lang } from '$lib/i18n/index.svelte';
import { on_live } from '$lib/live/live.svelte';
import { pick_text } from '$lib/both';
import { TagFinder } from './finder';

export const list_tags = (signal?: AbortSignal) => get<{ items: Tag[] }>('/api/tags', {}, signal);

const catalogue = new Resource<{ items: Tag[] }>();
const finder = $derived(new TagFinder(catalogue.data?.items ?? []));
let users = 0;
let off = () => {};

/** Keeps the catalogue loaded and fresh while the component lives. */
export function use_catalogue(): Resource<{ items: Tag[] }> {
	$effect(() => {
		if (users++ === 0) {
			catalogue.want({ key: 'tags', load: list_tags });
			off = on_live((event) => {
				if (event.type === 'reset' || event.type === 'tagging.taxonomy_changed') catalogue.refetch_soon();
			});
		}
		return () => {
			if (--users === 0) off();
		};
	});
	return catalogue;
}

export const tag_finder = () => finder;
export const find_tag = (id: string): Tag | undefined => finder.get(id);

const in_lang = (both: Both) => pick_text(both, lang());

/** `데이터베이스 / 필터`; the id of a tag that is not known yet. */
export function tag_path(id: string): string {
	const tag = finder.get(id);
	return tag ? finder.path_words(tag, in_lang) : '…';
}
/** `필터`, the tag's own label. */
export function tag_label(id: string): string {
	const tag = finder.get(id);
	return tag ? in_lang(tag.label) || tag.path : '…';
}
