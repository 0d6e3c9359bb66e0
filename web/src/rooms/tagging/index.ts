// The door of this room: what other rooms may use of it. Screens are loaded by the routes; dialogs only when they open.
export { find_tag, tag_label, tag_path, use_catalogue } from './catalogue.svelte';
export { DIMENSIONS, counts_params, counts_query, day_in, fill_weeks, find_trend, read_counts_view, type Counts, type CountsView, type Evidence } from './counts';
export type { ShownTagging } from './ops';
export { push_tag_op, thread_tags } from './thread_tags.svelte';
export { default as CountsBar } from './CountsBar.svelte';
export { default as Segments } from './Segments.svelte';
export { default as TagRow } from './TagRow.svelte';
export { default as Words } from './Words.svelte';
export const load_finder = () => import('./Finder.svelte');
export const load_propose = () => import('./Propose.svelte');
export const load_similar = () => import('./SuggestSimilar.svelte');
export const load_suggest_quality = () => import('./SuggestQuality.svelte');
export const load_suggest_for_text = () => import('./SuggestForText.svelte');
