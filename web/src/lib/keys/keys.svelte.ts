// Binds the key map to the page: components say what they can do, one listener decides.
import { untrack } from 'svelte';
import { Dispatcher } from './dispatch';
import { SHORTCUTS, chords_of, print_chord, type Remap, type Shortcut, type ShortcutId } from './keymap';

export { find_clashes, print_chord, type Remap, type Scope, type ShortcutId } from './keymap';

type Act = () => void;
const STORED = 'sarang.keys';

export const is_mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

// The newest listener of a shortcut wins, so that an open dialog or pane takes over and gives back when it goes.
const acts = new Map<ShortcutId, Act[]>();
let listening = $state(0);
let paused = 0;
let settings = $state<{ single_keys: boolean; remap: Remap }>(read_settings());
const dispatcher = new Dispatcher();

function read_settings(): { single_keys: boolean; remap: Remap } {
	try {
		const stored = JSON.parse(localStorage.getItem(STORED) ?? '{}') as { single_keys?: boolean; remap?: Remap };
		return { single_keys: stored.single_keys ?? true, remap: stored.remap ?? {} };
	} catch {
		return { single_keys: true, remap: {} };
	}
}

/** The person's own choices: single keys on or off, and which keys they moved. */
export function key_settings(): { single_keys: boolean; remap: Remap } {
	return settings;
}

/** Takes over choices and keeps them on this device; saving them to the account is up to the caller. */
export function set_key_settings(next: { single_keys?: boolean; remap?: Remap }): void {
	settings = { ...settings, ...next };
	try {
		localStorage.setItem(STORED, JSON.stringify(settings));
	} catch {
		// Without storage they hold until the page is closed.
	}
}

/** Listens for shortcuts while the component lives and `when` holds. Call while it is being made. */
export function use_keys(map: Partial<Record<ShortcutId, Act>>, when: () => boolean = () => true): void {
	$effect(() => {
		if (!when()) return;
		const mine = Object.entries(map) as [ShortcutId, Act][];
		for (const [id, act] of mine) acts.set(id, [...(acts.get(id) ?? []), act]);
		untrack(() => listening++);
		return () => {
			for (const [id, act] of mine)
				acts.set(
					id,
					(acts.get(id) ?? []).filter((a) => a !== act)
				);
			untrack(() => listening++);
		};
	});
}

/** Shortcuts rest while a dialog is open; the returned function wakes them. */
export function pause_keys(): () => void {
	paused++;
	let woken = false;
	return () => {
		if (!woken) paused--;
		woken = true;
	};
}

/** Does what the shortcut does, from a palette or a button. */
export function run_shortcut(id: ShortcutId): void {
	acts.get(id)?.at(-1)?.();
}

/** The shortcuts that can do something now; reading it in a template follows changes. */
export function list_active(): readonly (Shortcut & { id: ShortcutId })[] {
	void listening;
	return SHORTCUTS.filter((s) => acts.get(s.id)?.length);
}

/** How the first chord of a shortcut is printed here, or '' when it is switched off. */
export function key_label(id: ShortcutId): string {
	const chord = chords_of(SHORTCUTS.find((s) => s.id === id)!, settings.remap)[0];
	return chord ? print_chord(chord, is_mac) : '';
}

function is_field(element: Element | null): boolean {
	if (!(element instanceof HTMLElement)) return false;
	if (element.isContentEditable || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
	return element instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'range', 'file'].includes(element.type);
}

function on_keydown(event: KeyboardEvent): void {
	if (event.defaultPrevented) return;
	const focus = document.activeElement;
	const id = dispatcher.press(
		event,
		{
			mac: is_mac,
			remap: settings.remap,
			single_keys: settings.single_keys,
			in_field: is_field(focus),
			on_tag: !!focus?.closest('[data-keys="tag"]'),
			on_control: !!focus?.closest('button, a[href], summary, [role="button"], [role="option"], [role="menuitem"], [role="tab"]'),
			heard: (shortcut) => (paused === 0 || shortcut === 'palette') && !!acts.get(shortcut)?.length
		},
		event.timeStamp
	);
	if (!id) return;
	event.preventDefault();
	if (id !== 'wait') run_shortcut(id);
}

/** Starts listening; returns how to stop. Call once, from the root layout. */
export function listen_keys(): () => void {
	window.addEventListener('keydown', on_keydown);
	return () => window.removeEventListener('keydown', on_keydown);
}
