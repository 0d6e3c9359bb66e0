// Who is using the page, and what follows from it: language, zone, theme, keys. Kept across all rooms.
import { goto } from '$app/navigation';
import { page } from '$app/state';
import { del, get, patch, when_signed_out } from '$lib/api/client';
import { as_problem } from '$lib/api/problem';
import { forget_all } from '$lib/api/resource.svelte';
import type { Me, Prefs, Right } from '$lib/api/types';
import { find_preferred_lang, lang, load_other_places, set_lang, t, type Lang } from '$lib/i18n/index.svelte';
import { key_settings, set_key_settings } from '$lib/keys/keys.svelte';
import { start_live, stop_live } from '$lib/live/live.svelte';
import { set_zone } from '$lib/ui/clock.svelte';
import { forget_lists } from '$lib/ui/paged.svelte';
import { forget_undo, say_problem } from '$lib/ui/toasts.svelte';

let current = $state.raw<Me>();

/** The person signed in. Rooms behind the sign-in may rely on it. */
export function me(): Me {
	if (!current) throw new Error('nobody is signed in');
	return current;
}
export function find_me(): Me | undefined {
	return current;
}
/** Whether the person may do this; the server decides again. */
export function may(right: Right): boolean {
	return current?.rights.includes(right) ?? false;
}

/** Asks the server who this is; undefined when nobody is signed in. */
export async function load_me(): Promise<Me | undefined> {
	try {
		await take_over(await get<Me>('/api/me'));
	} catch (error) {
		const problem = as_problem(error);
		if (problem.status !== 401) throw problem;
		current = undefined;
	}
	return current;
}

/** Makes the page this person's own: after sign-in, first run or an accepted invitation. */
export async function take_over(next: Me): Promise<void> {
	current = next;
	set_zone(next.zone);
	if (next.prefs.single_keys !== undefined || next.prefs.keys) set_key_settings({ single_keys: next.prefs.single_keys ?? true, remap: next.prefs.keys ?? {} });
	if (next.prefs.theme) set_theme(next.prefs.theme as Theme);
	if (next.ui !== lang()) await set_lang(next.ui, true);
	start_live();
}

export async function sign_out(): Promise<void> {
	try {
		await del('/api/session');
	} catch {
		// A session that is gone already is signed out as well.
	}
	leave();
	await goto('/sign-in');
}

function leave(): void {
	current = undefined;
	stop_live();
	forget_all();
	forget_lists();
	forget_undo();
	set_zone(undefined);
}

when_signed_out(() => {
	if (!current) return;
	const next = page.url.pathname + page.url.search;
	leave();
	void goto(`/sign-in?next=${encodeURIComponent(next)}`);
});

/** Saves choices to the account; they hold on this device even when that fails. */
export async function save_prefs(change: Partial<Prefs>): Promise<void> {
	if (!current) return;
	const prefs = { ...current.prefs, ...change };
	current = { ...current, prefs };
	try {
		current = await patch<Me>('/api/me', { prefs });
	} catch (error) {
		say_problem(t('prefs-not-saved', { reason: as_problem(error).title }));
	}
}

/** Shows the interface in another language and remembers it for this person. */
export async function choose_lang(next: Lang): Promise<void> {
	await set_lang(next, true);
	if (!current) return;
	try {
		current = await patch<Me>('/api/me', { ui: next });
	} catch (error) {
		say_problem(t('prefs-not-saved', { reason: as_problem(error).title }));
	}
}

export type Theme = 'system' | 'light' | 'dark';

let theme_now = $state<Theme>(read_theme());
export const theme = () => theme_now;

function read_theme(): Theme {
	const set = typeof document === 'undefined' ? undefined : document.documentElement.dataset['theme'];
	return set === 'light' || set === 'dark' ? set : 'system';
}

/** Changes the theme on this device at once. */
export function set_theme(next: Theme): void {
	theme_now = next;
	if (next === 'system') delete document.documentElement.dataset['theme'];
	else document.documentElement.dataset['theme'] = next;
	try {
		localStorage.setItem('sarang.theme', next);
	} catch {
		// Without storage it holds until the page is closed.
	}
}

/** Before anybody is known: the language of the browser. The words of other places come after the inbox, not before it. */
export async function greet(): Promise<void> {
	await set_lang(find_preferred_lang());
	const others = load_other_places();
	if (!location.pathname.startsWith('/inbox')) await others;
}

/** Saves the keys the person chose, here and to the account. */
export async function save_keys(next: { single_keys?: boolean; remap?: Record<string, string> }): Promise<void> {
	set_key_settings(next);
	const { single_keys, remap } = key_settings();
	await save_prefs({ single_keys, keys: remap as Record<string, string> });
}
