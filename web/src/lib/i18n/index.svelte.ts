// The interface's words: `t('inbox-title')`. One language is loaded at a time; changing it redraws what was said.
import type { FluentBundle } from '@fluent/bundle';
import { build_bundle, format_message, type Args, type Lang } from './messages';

export type { Args, Lang } from './messages';
export { get_josa, join_josa } from './josa';

const STORED = 'sarang.lang';

// Both languages are separate chunks: a person downloads only the one they read.
const FILES: Record<Lang, () => Promise<{ default: Record<string, string> }>> = {
	ko: () => import('./ko'),
	en: () => import('./en')
};

// Words of screens that few open are loaded with their route, and what the inbox does without comes right after it, so that
// the first load stays small.
const AFTER_INBOX = ['later', 'settings', 'imports', 'roadmap', 'people', 'tags', 'today', 'trust', 'staff'];
const LATE = import.meta.glob<string>(['../../../../locales/*/*.ftl', '!../../../../locales/*/{ui,conversations,tagging,suggest,emotion,errors,server,frontdoor,outside}.ftl'], { query: '?raw', import: 'default' });
const late = new Set<string>();
let reading: Promise<void> = Promise.resolve();

let bundle = $state.raw<FluentBundle>();
let current = $state<Lang>('en');

/** The language of the interface now. */
export function lang(): Lang {
	return current;
}

/** The person's choice, else Korean where the browser says so, else English. */
export function find_preferred_lang(): Lang {
	const stored = read_stored();
	if (stored) return stored;
	return navigator.languages.some((l) => l.toLowerCase().startsWith('ko')) ? 'ko' : 'en';
}

function read_stored(): Lang | undefined {
	try {
		const value = localStorage.getItem(STORED);
		return value === 'ko' || value === 'en' ? value : undefined;
	} catch {
		return undefined;
	}
}

/** Shows the interface in `next`; `remember` keeps the choice on this device. */
export async function set_lang(next: Lang, remember = false): Promise<void> {
	const files = { ...(await FILES[next]()).default };
	// One that is asked for meanwhile is read too: a set tells what is added while it is walked.
	for (const name of late) {
		const path = `../../../../locales/${next}/${name}.ftl`;
		files[path] ??= await LATE[path]!();
	}
	bundle = build_bundle(next, files);
	current = next;
	document.documentElement.lang = next;
	if (!remember) return;
	try {
		localStorage.setItem(STORED, next);
	} catch {
		// Without storage the choice lasts until the page is closed.
	}
}

/** Adds the words of `/locales/LANG/NAME.ftl`; a route that needs them waits for it. */
export async function load_words(...names: string[]): Promise<void> {
	const missing = names.filter((name) => !late.has(name));
	for (const name of missing) late.add(name);
	if (missing.length && bundle) {
		reading = set_lang(current).catch((error: unknown) => {
			// What did not come is asked for again, and keeps nobody from the words that did.
			for (const name of missing) late.delete(name);
			reading = Promise.resolve();
			throw error;
		});
	}
	// Words that somebody else asked for may still be on their way.
	await reading;
}

/** Adds the words of every place but the inbox. */
export const load_other_places = (): Promise<void> => load_words(...AFTER_INBOX);

/** The words for `key` in the person's language. `key.attribute` reads an attribute of the message. */
export function t(key: string, args?: Args): string {
	return bundle ? format_message(bundle, key, args) : '';
}

/** Whether the language has words for `key`; for keys made from data, such as an error kind. */
export function has_words(key: string): boolean {
	return bundle?.hasMessage(key) ?? false;
}
