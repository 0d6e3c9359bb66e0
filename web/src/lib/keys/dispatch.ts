// Decides which shortcut a key press means. Pure: what the page looks like is an argument.
import { SHORTCUTS, chord_from, chords_of, is_single_key, type Pressed, type Remap, type Shortcut, type ShortcutId } from './keymap';

export type Context = {
	mac: boolean;
	remap: Remap;
	single_keys: boolean;
	/** The focus is in a field that takes text. */
	in_field: boolean;
	/** The focus is on a tag. */
	on_tag: boolean;
	/** The focus is on something that Enter or Space activates. */
	on_control: boolean;
	/** Somebody listens for it now. */
	heard: (id: ShortcutId) => boolean;
};

const SEQUENCE_MS = 1200;

/** Remembers the first key of a sequence (`g`, then `i`). */
export class Dispatcher {
	#first: string | undefined;
	#first_at = 0;

	/** The shortcut meant by this press; 'wait' after the first key of a sequence; undefined when it is not ours. */
	press(event: Pressed & { isComposing?: boolean; keyCode?: number }, context: Context, now: number): ShortcutId | 'wait' | undefined {
		// A syllable being composed owns its keys: 229 is what browsers send while an input method is at work.
		if (event.isComposing || event.keyCode === 229) return undefined;
		const chord = chord_from(event, context.mac);
		if (!chord) return undefined;
		const first = this.#first !== undefined && now - this.#first_at < SEQUENCE_MS ? this.#first : undefined;
		this.#first = undefined;
		if (first) {
			const sequence = this.#find(`${first} ${chord}`, context, (own, sought) => own === sought);
			if (sequence) return sequence.id;
		}
		const exact = this.#find(chord, context, (own, sought) => own === sought);
		if (exact) return exact.id;
		if (this.#find(chord, context, (own, sought) => own.startsWith(sought + ' '))) {
			this.#first = chord;
			this.#first_at = now;
			return 'wait';
		}
		return undefined;
	}

	#find(chord: string, context: Context, matches: (own: string, sought: string) => boolean): (Shortcut & { id: ShortcutId }) | undefined {
		const fitting = SHORTCUTS.filter((shortcut) => {
			if (shortcut.scope === 'tag' && !context.on_tag) return false;
			if (context.in_field && !(shortcut as Shortcut).in_fields) return false;
			if (!context.heard(shortcut.id)) return false;
			return chords_of(shortcut, context.remap).some(
				(own) =>
					matches(own, chord) &&
					(context.single_keys || !is_single_key(own)) &&
					!(context.on_control && (own === 'Enter' || own === 'Space'))
			);
		});
		// With a tag in focus its own keys win over the thread's: `l` is then "leaving". So do those of a passage being chosen.
		return fitting.find((s) => s.scope === 'tag') ?? fitting.find((s) => s.scope === 'passage') ?? fitting[0];
	}
}
