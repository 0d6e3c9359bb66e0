// What other rooms and the shell show of this one; each part is loaded when it is first shown.
import { load_words } from '$lib/i18n/index.svelte';

const with_words = async <T>(part: Promise<T>): Promise<T> => (await Promise.all([part, load_words('desk')]))[0];

export { put_words } from './writing';
export const load_composer = () => with_words(import('./Composer.svelte'));
export const load_contacts = () => with_words(import('./Contacts.svelte'));
export const load_notification_settings = () => with_words(import('./NotificationSettings.svelte'));
export const load_notifications = () => with_words(import('./Notifications.svelte'));
export const load_macros = () => with_words(import('./Macros.svelte'));
export const load_macro_picker = () => with_words(import('./MacroPicker.svelte'));
export const load_join = () => with_words(import('./Join.svelte'));
export const load_part = () => with_words(import('./Part.svelte'));
export const load_original = () => with_words(import('./Original.svelte'));
export const load_mail_facts = () => with_words(import('./MailFacts.svelte'));
export const load_mentions = () => with_words(import('./Mentions.svelte'));
