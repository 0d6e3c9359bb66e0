// The places of the navigation, in the order of the work. A place appears here when its room exists.
import type { ShortcutId } from '$lib/keys/keys.svelte';

export type Place = { key: string; href: string; words: string; shortcut: ShortcutId; owns: RegExp };

export const PLACES: readonly Place[] = [
	{ key: 'today', href: '/', words: 'place-today', shortcut: 'go-today', owns: /^\/(morning|$)/ },
	{ key: 'inbox', href: '/inbox', words: 'place-inbox', shortcut: 'go-inbox', owns: /^\/inbox/ },
	{ key: 'people', href: '/people', words: 'place-people', shortcut: 'go-people', owns: /^\/(people|teams|accounts)/ },
	{ key: 'tags', href: '/tags', words: 'place-tags', shortcut: 'go-tags', owns: /^\/tags/ },
	{ key: 'roadmap', href: '/roadmap', words: 'place-roadmap', shortcut: 'go-roadmap', owns: /^\/(roadmap|goals|areas|touchpoints)/ },
	{ key: 'news', href: '/news', words: 'place-news', shortcut: 'go-news', owns: /^\/news/ },
	{ key: 'learned', href: '/learned', words: 'place-learned', shortcut: 'go-learned', owns: /^\/learned/ }
];
export const SETTINGS: Place = { key: 'settings', href: '/settings', words: 'place-settings', shortcut: 'go-settings', owns: /^\/settings/ };
