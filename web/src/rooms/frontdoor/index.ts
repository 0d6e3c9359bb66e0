// The door of this room: its screens stand in the settings, and are loaded when they are opened.
import { load_words } from '$lib/i18n/index.svelte';

export const load_imports = () => import('./Imports.svelte');
export const load_import_page = () => import('./ImportPage.svelte');
export const load_mailboxes = () => load_words('mailboxes').then(() => import('./Mailboxes.svelte'));
export const go_to_turn = (open: string | undefined) => import('./turn').then((it) => it.go_to_turn(open));
export const load_closing = () => load_words('learned').then(() => import('./ClosingRow.svelte'));
export const load_packet = () => load_words('learned').then(() => import('./Packet.svelte'));
export const load_ambassadors = () => load_words('learned').then(() => import('./Ambassadors.svelte'));
export const load_questions = () => load_words('learned').then(() => import('./Questions.svelte'));
export const load_why = () => load_words('learned').then(() => import('./WhyRow.svelte'));
export const load_learn = () => load_words('learned').then(() => import('./LearnRow.svelte'));
export const load_probes = () => load_words('learned').then(() => import('./ProbeRow.svelte'));
export const load_routing = () => load_words('learned').then(() => import('./Routing.svelte'));
export type { Picked } from './why_api';
export const load_personal = () => load_words('mailboxes').then(() => import('./PersonalAddresses.svelte'));
export const load_item_why = () => load_words('learned').then(() => import('./ItemWhy.svelte'));
