// Every shortcut of the product, once. The `?` sheet, the palette and the keyboard itself all read this list.
// A chord names physical keys (`KeyboardEvent.code`), so that `j` works while typing Hangul; a space makes a sequence.

/** Where a shortcut works: `tag` only while a tag has the focus, `passage` while one is chosen, the others wherever their room is open. */
export type Scope = 'everywhere' | 'list' | 'thread' | 'passage' | 'tag';

export type Shortcut = {
	id: string;
	chords: readonly string[];
	scope: Scope;
	/** Works while typing in a field too. */
	in_fields?: boolean;
	/** Not offered in the palette: it needs a place, not a wish. */
	hidden?: boolean;
};

export const KEYMAP = [
	{ id: 'palette', chords: ['Mod+KeyK'], scope: 'everywhere', in_fields: true, hidden: true },
	{ id: 'sheet', chords: ['Shift+Slash'], scope: 'everywhere' },
	{ id: 'search', chords: ['Slash'], scope: 'everywhere' },
	{ id: 'go-today', chords: ['KeyG KeyH'], scope: 'everywhere' },
	{ id: 'go-inbox', chords: ['KeyG KeyI'], scope: 'everywhere' },
	{ id: 'go-people', chords: ['KeyG KeyP'], scope: 'everywhere' },
	{ id: 'go-tags', chords: ['KeyG KeyT'], scope: 'everywhere' },
	{ id: 'go-roadmap', chords: ['KeyG KeyR'], scope: 'everywhere' },
	{ id: 'go-news', chords: ['KeyG KeyN'], scope: 'everywhere' },
	{ id: 'notifications', chords: ['KeyG KeyB'], scope: 'everywhere' },
	{ id: 'go-learned', chords: ['KeyG KeyL'], scope: 'everywhere' },
	{ id: 'go-settings', chords: ['KeyG KeyS'], scope: 'everywhere' },
	{ id: 'theme', chords: [], scope: 'everywhere' },
	{ id: 'language', chords: [], scope: 'everywhere' },
	{ id: 'sign-out', chords: [], scope: 'everywhere' },
	{ id: 'undo', chords: ['KeyU'], scope: 'everywhere' },
	{ id: 'next', chords: ['KeyJ'], scope: 'list', hidden: true },
	{ id: 'previous', chords: ['KeyK'], scope: 'list', hidden: true },
	{ id: 'next-turn', chords: ['Shift+KeyJ'], scope: 'list' },
	{ id: 'open', chords: ['Enter'], scope: 'list', hidden: true },
	{ id: 'select', chords: ['KeyX'], scope: 'list', hidden: true },
	{ id: 'back', chords: ['Escape'], scope: 'list', hidden: true },
	{ id: 'views', chords: ['KeyG KeyV'], scope: 'list' },
	{ id: 'reply', chords: ['KeyR'], scope: 'thread' },
	{ id: 'note', chords: ['KeyN'], scope: 'thread' },
	{ id: 'quote', chords: ['KeyQ'], scope: 'thread' },
	{ id: 'assign', chords: ['KeyA'], scope: 'thread' },
	{ id: 'assign-to', chords: ['Shift+KeyA'], scope: 'thread' },
	{ id: 'snooze', chords: ['KeyS'], scope: 'thread' },
	{ id: 'close', chords: ['KeyE'], scope: 'thread' },
	{ id: 'join', chords: ['KeyM'], scope: 'thread' },
	{ id: 'part', chords: ['Shift+KeyM'], scope: 'thread' },
	{ id: 'macro', chords: ['Semicolon'], scope: 'thread' },
	{ id: 'original', chords: ['KeyO'], scope: 'thread' },
	{ id: 'feeling', chords: ['KeyF'], scope: 'thread' },
	{ id: 'feeling-words', chords: ['KeyW'], scope: 'thread' },
	{ id: 'reroute', chords: ['Shift+KeyW'], scope: 'thread' },
	{ id: 'learn', chords: ['KeyY'], scope: 'thread' },
	{ id: 'packet', chords: ['Shift+KeyP'], scope: 'thread' },
	{ id: 'ask-1', chords: ['Alt+Digit1', 'Alt+Numpad1'], scope: 'thread', in_fields: true, hidden: true },
	{ id: 'ask-2', chords: ['Alt+Digit2', 'Alt+Numpad2'], scope: 'thread', in_fields: true, hidden: true },
	{ id: 'ask-3', chords: ['Alt+Digit3', 'Alt+Numpad3'], scope: 'thread', in_fields: true, hidden: true },
	{ id: 'note-item', chords: ['Alt+Digit0', 'Alt+Numpad0'], scope: 'thread', in_fields: true, hidden: true },
	{ id: 'tag', chords: ['KeyT'], scope: 'thread' },
	{ id: 'suggest-1', chords: ['Digit1', 'Numpad1'], scope: 'thread', hidden: true },
	{ id: 'suggest-2', chords: ['Digit2', 'Numpad2'], scope: 'thread', hidden: true },
	{ id: 'suggest-3', chords: ['Digit3', 'Numpad3'], scope: 'thread', hidden: true },
	{ id: 'suggest-4', chords: ['Digit4', 'Numpad4'], scope: 'thread', hidden: true },
	{ id: 'suggest-5', chords: ['Digit5', 'Numpad5'], scope: 'thread', hidden: true },
	{ id: 'nothing', chords: ['Digit0', 'Numpad0'], scope: 'thread' },
	{ id: 'propose', chords: ['Shift+KeyT'], scope: 'thread' },
	{ id: 'choose', chords: ['KeyV'], scope: 'thread' },
	{ id: 'passage-next', chords: ['ArrowDown', 'ArrowRight', 'KeyJ'], scope: 'passage', hidden: true },
	{ id: 'passage-previous', chords: ['ArrowUp', 'ArrowLeft', 'KeyK'], scope: 'passage', hidden: true },
	{ id: 'passage-further', chords: ['Shift+ArrowDown', 'Shift+ArrowRight', 'Shift+KeyJ'], scope: 'passage', hidden: true },
	{ id: 'passage-back', chords: ['Shift+ArrowUp', 'Shift+ArrowLeft', 'Shift+KeyK'], scope: 'passage', hidden: true },
	{ id: 'passage-leave', chords: ['Escape'], scope: 'passage', hidden: true },
	{ id: 'kind-request', chords: ['KeyR'], scope: 'tag', hidden: true },
	{ id: 'kind-bug', chords: ['KeyB'], scope: 'tag', hidden: true },
	{ id: 'kind-question', chords: ['KeyQ'], scope: 'tag', hidden: true },
	{ id: 'kind-praise', chords: ['KeyP'], scope: 'tag', hidden: true },
	{ id: 'kind-confusion', chords: ['KeyC'], scope: 'tag', hidden: true },
	{ id: 'kind-leaving', chords: ['KeyL'], scope: 'tag', hidden: true },
	{ id: 'untag', chords: ['Backspace', 'Delete'], scope: 'tag', hidden: true }
] as const satisfies readonly Shortcut[];

export type ShortcutId = (typeof KEYMAP)[number]['id'];
export const SHORTCUTS: readonly (Shortcut & { id: ShortcutId })[] = KEYMAP;

/** Shortcuts moved by the person: id → chord, '' = switched off. */
export type Remap = Readonly<Partial<Record<string, string>>>;

/** The chords of a shortcut after the person's own changes. */
export function chords_of(shortcut: Shortcut, remap: Remap): readonly string[] {
	const own = remap[shortcut.id];
	return own === undefined ? shortcut.chords : own === '' ? [] : [own];
}

export type Pressed = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The chord a key press means, or undefined for a bare modifier. `mac` decides which key is Mod. */
export function chord_from(press: Pressed, mac: boolean): string | undefined {
	if (/^(Shift|Control|Alt|Meta|OS|CapsLock|Lang\d|Fn|Hyper|Super)/.test(press.code) || press.code === '') return undefined;
	const mod = mac ? press.metaKey : press.ctrlKey;
	const other = mac ? press.ctrlKey : press.metaKey;
	return (mod ? 'Mod+' : '') + (other ? 'Other+' : '') + (press.altKey ? 'Alt+' : '') + (press.shiftKey ? 'Shift+' : '') + press.code;
}

/** A single key, without Ctrl, ⌘ or Alt: what WCAG 2.1.4 lets people switch off. Enter, Escape and arrows are no letters. */
export function is_single_key(chord: string): boolean {
	return chord.split(' ').every((c) => !/^(Mod|Other|Alt)\+/.test(c) && !/(^|\+)(Enter|Escape|Backspace|Delete|Arrow\w+)$/.test(c));
}

const NAMED: Record<string, string> = {
	Slash: '/',
	'Shift+Slash': '?',
	Period: '.',
	Comma: ',',
	Semicolon: ';',
	Quote: "'",
	BracketLeft: '[',
	BracketRight: ']',
	Backslash: '\\',
	Minus: '-',
	Equal: '=',
	Backquote: '`',
	Escape: 'Esc',
	Backspace: '⌫',
	Enter: '↵',
	ArrowUp: '↑',
	ArrowDown: '↓',
	ArrowLeft: '←',
	ArrowRight: '→',
	Space: '␣'
};

/** How a chord is printed: `⌘K` or `Ctrl K`, `?`, `g i`. */
export function print_chord(chord: string, mac: boolean): string {
	return chord
		.split(' ')
		.map((one) => {
			if (NAMED[one]) return NAMED[one];
			const parts = one.split('+');
			const code = parts.pop()!;
			const shifted = parts.includes('Shift');
			const bare = NAMED[code] ?? code.replace(/^(Key|Digit|Numpad)/, '');
			const only_shift = parts.length === 1 && shifted;
			const letter = /^[A-Z]$/.test(bare) && !parts.length ? bare.toLowerCase() : bare;
			const names = mac
				? { Mod: '⌘', Other: '⌃', Alt: '⌥', Shift: '⇧' }
				: { Mod: 'Ctrl', Other: 'Meta', Alt: 'Alt', Shift: 'Shift' };
			if (only_shift && mac) return `⇧${letter}`;
			return [...parts.map((p) => names[p as keyof typeof names]), letter].join(mac ? '' : ' ');
		})
		.join(' ');
}

/** Two shortcuts that would answer the same press in the same place. */
export function find_clashes(remap: Remap): [ShortcutId, ShortcutId][] {
	const clashes: [ShortcutId, ShortcutId][] = [];
	const own = (scope: Scope) => scope === 'tag' || scope === 'passage';
	const together = (a: Scope, b: Scope) => a === b || a === 'everywhere' || b === 'everywhere' || (!own(a) && !own(b));
	SHORTCUTS.forEach((a, i) => {
		for (const b of SHORTCUTS.slice(i + 1))
			if (together(a.scope, b.scope))
				for (const x of chords_of(a, remap))
					if (chords_of(b, remap).some((y) => x === y || x.startsWith(y + ' ') || y.startsWith(x + ' '))) clashes.push([a.id, b.id]);
	});
	return clashes;
}
