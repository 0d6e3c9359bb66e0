// What is new, rising or falling among the tags: one answer for the tree and every tag page.
import { resource, type Resource } from '$lib/api/resource.svelte';
import { t } from '$lib/i18n/index.svelte';
import { list_trends, type Trend, type Trends } from './trust_api';

export type TrendsHere = { readonly all: Resource<Trends>; find: (tag: string) => Trend | undefined };

/** The trends, bound to the component. They speak of whole days, so that a batch that came in is the only haste. */
export function use_trends(): TrendsHere {
	const all = resource<Trends>(() => ({ key: 'trends', load: list_trends }), (e) => e.type === 'tagging.applied_many' || e.type === 'tagging.taxonomy_changed');
	const by_tag = $derived(new Map((all.data?.items ?? []).map((trend) => [trend.tag, trend])));
	return { all, find: (tag) => by_tag.get(tag) };
}

/** `14 in the week to 21 Nov, 1 to 5 expected`: what a verdict stands on. */
export function trend_detail(trend: Trend): string {
	const n = trend.n === null ? t('too-few') : String(trend.n);
	return trend.usual ? t('trend-week', { n, low: trend.usual[0], high: trend.usual[1] }) : t('trend-week-only', { n });
}
