// Which events of the live stream say that conversations are other than they were.
import type { LiveEvent } from './live.svelte';

/** Told in the same room, and no conversation is other for it: who looks, who was told, what was saved or prepared. */
const QUIET: ReadonlySet<string> = new Set(['conversations.presence', 'conversations.notified', 'conversations.notifications_read', 'conversations.views_changed', 'conversations.macros_changed']);

export const moves_conversations = (event: Pick<LiveEvent, 'type'>): boolean => event.type.startsWith('conversations.') && !QUIET.has(event.type);
