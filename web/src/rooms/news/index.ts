// The door of this room: what others show of it is loaded when it is opened.
import { load_words } from '$lib/i18n/index.svelte';

export const load_loop = () => load_words('news').then(() => import('./Loop.svelte'));
export const load_untold = () => load_words('news').then(() => import('./Untold.svelte'));
export const load_account_loop = () => load_words('news').then(() => import('./AccountLoop.svelte'));
export const load_telling_settings = () => load_words('news').then(() => import('./TellingSettings.svelte'));
