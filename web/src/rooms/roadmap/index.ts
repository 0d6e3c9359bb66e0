// The door of this room: what other rooms may use of it.
import { load_words } from '$lib/i18n/index.svelte';

export { list_asks, type Ask, type Item } from './api';
export { asked_words } from './asked.svelte';

/** The settings of issue trackers, with their words. */
export const load_trackers = () => load_words('links').then(() => import('./Trackers.svelte'));
