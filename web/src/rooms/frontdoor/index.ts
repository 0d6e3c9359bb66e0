// The door of this room: its screens stand in the settings, and are loaded when they are opened.
import { load_words } from '$lib/i18n/index.svelte';

export const load_imports = () => import('./Imports.svelte');
export const load_import_page = () => import('./ImportPage.svelte');
export const load_mailboxes = () => load_words('mailboxes').then(() => import('./Mailboxes.svelte'));
export const load_why = () => import('./WhyRow.svelte');
export const load_learn = () => import('./LearnRow.svelte');
export const load_probes = () => import('./ProbeRow.svelte');
export const load_routing = () => import('./Routing.svelte');
export type { Picked } from './why_api';
export const load_personal = () => load_words('mailboxes').then(() => import('./PersonalAddresses.svelte'));
