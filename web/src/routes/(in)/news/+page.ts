import { load_words } from '$lib/i18n/index.svelte';

export const load = () => load_words('news');
