// Which live events change what is known of who was told about an item.
import type { LiveEvent } from '$lib/live/live.svelte';

export const stirs_loop = (e: LiveEvent, item: string): boolean => e.type === 'frontdoor.telling_changed' || (e.type.startsWith('roadmap.') && e.data['item'] === item) || e.type === 'conversations.said';
