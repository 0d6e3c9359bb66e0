// The door of this room: its screens are loaded when they are opened.
import { load_words } from '$lib/i18n/index.svelte';

export const load_morning = () => load_words('morning').then(() => import('./TodayVoices.svelte'));
