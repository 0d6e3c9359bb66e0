// The door of this room: its screens stand in the settings, and are loaded when they are opened.
import { load_words } from '$lib/i18n/index.svelte';

export const load_imports = () => import('./Imports.svelte');
export const load_import_page = () => import('./ImportPage.svelte');
export const load_mailboxes = () => load_words('mailboxes').then(() => import('./Mailboxes.svelte'));
