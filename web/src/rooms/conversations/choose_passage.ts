// Choosing a passage by keyboard, sentence by sentence. What is chosen is the page's own selection, as by mouse, so that
// everything that reads a selection takes it. Loaded when it is first asked for.
import { place_of } from './offsets';
import { cut_sentences } from './sentences';

/** What an entry is to whoever chooses in it. */
export type Said = { id: string; text: string; author: string; language: string | null };
/** `n` of `of` sentences, for those who hear it. */
export type Stretch = { quote: string; n: number; of: number };
type Sentence = { entry: string; text: string; start: number; end: number; root: HTMLElement };

export class PassageChooser {
	/** Where the choice was begun, and the sentence at its moving end. */
	#anchor: Sentence | undefined;
	#moving: Sentence | undefined;

	constructor(
		readonly box: () => HTMLElement | undefined,
		readonly said: () => readonly Said[],
		/** The language of texts that name none. */
		readonly lang: () => string
	) {}

	/** Chooses the first sentence of the newest thing a customer said, or of the newest entry when no customer spoke. */
	start(): Stretch | undefined {
		const all = this.#list();
		const theirs = new Set(this.said().filter((s) => s.author === 'person').map((s) => s.id));
		const newest = (all.findLast((s) => theirs.has(s.entry)) ?? all.at(-1))?.entry;
		return this.#choose(all, all.find((s) => s.entry === newest));
	}

	/** The sentence before or after, across entries. */
	move(by: 1 | -1): Stretch | undefined {
		const all = this.#list();
		const at = find_at(all, this.#moving);
		return this.#choose(all, all[at + by] ?? all[at]);
	}

	/** Moves one end and keeps the other. A passage never leaves its entry. */
	stretch(by: 1 | -1): Stretch | undefined {
		const all = this.#list();
		const next = all[find_at(all, this.#moving) + by];
		const end = next && next.entry === this.#anchor?.entry ? next : this.#moving;
		return this.#choose(all, end, all[find_at(all, this.#anchor)]);
	}

	/** Every sentence that is on the page, in the order of reading; what is folded away is not. */
	#list(): Sentence[] {
		const roots = [...(this.box()?.querySelectorAll<HTMLElement>('[data-entry]') ?? [])];
		const texts = new Map(this.said().map((s) => [s.id, s]));
		return roots.flatMap((root) => {
			const said = texts.get(root.dataset['entry']!);
			if (!said) return [];
			return cut_sentences(said.text, said.language ?? this.lang())
				.map(([start, end]) => ({ entry: said.id, text: said.text, start, end, root }))
				.filter((s) => place_of(s.root, s.start) && place_of(s.root, s.end));
		});
	}

	#choose(all: Sentence[], moving: Sentence | undefined, anchor = moving): Stretch | undefined {
		if (!moving || !anchor) return undefined;
		[this.#anchor, this.#moving] = [anchor, moving];
		const [first, last] = anchor.start <= moving.start ? [anchor, moving] : [moving, anchor];
		const [from, to] = [place_of(first.root, first.start)!, place_of(last.root, last.end)!];
		window.getSelection()?.setBaseAndExtent(from.node, from.within, to.node, to.within);
		const end = moving === first ? from : to;
		end.node.parentElement?.scrollIntoView({ block: 'nearest' });
		return { quote: first.text.slice(first.start, last.end), n: all.indexOf(moving) + 1, of: all.length };
	}
}

/** The thread may have been drawn anew since: a sentence is known by its place. */
function find_at(all: readonly Sentence[], sought: Sentence | undefined): number {
	return all.findIndex((s) => s.entry === sought?.entry && s.start === sought.start);
}
