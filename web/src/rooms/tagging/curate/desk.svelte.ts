// What a curator does goes out at once, with a way back; or is collected in a draft and goes out together.
import { as_problem } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { say_done, say_problem } from '$lib/ui/toasts.svelte';
import { begin_draft, change_draft, publish, undo_change, type Change, type Op } from './curation';

export class Desk {
	/** Whether operations are collected. */
	collecting = $state(false);
	/** The draft they are collected in. */
	draft = $state.raw<Change>();
	busy = $state(false);
	readonly #changed: () => void;

	constructor(changed: () => void) {
		this.#changed = changed;
	}

	/** Carries operations out, or puts them into the draft. True when that could be done. */
	async act(ops: Op[], words: string): Promise<boolean> {
		return this.collecting ? this.#collect(ops) : this.#publish(ops, words);
	}

	async #publish(ops: Op[], words: string): Promise<boolean> {
		return this.#try(async () => {
			const change = await publish(ops);
			say_done(words, () => void this.undo(change.id));
		});
	}

	async #collect(ops: Op[]): Promise<boolean> {
		return this.#try(async () => {
			const draft = this.draft;
			this.draft = draft ? await change_draft(draft.id, { ops: [...draft.ops, ...ops] }, draft.rev) : await begin_draft(ops, '');
			say_done(t('curate-collected', { n: this.draft.ops.length }));
		});
	}

	/** Takes a published change back. */
	async undo(id: string): Promise<boolean> {
		return this.#try(async () => {
			const undo = await undo_change(id);
			say_done(t('curate-undone'), () => void this.undo(undo.id));
		});
	}

	async #try(work: () => Promise<void>): Promise<boolean> {
		this.busy = true;
		try {
			await work();
			return true;
		} catch (error) {
			say_problem(as_problem(error).message);
			return false;
		} finally {
			this.busy = false;
			this.#changed();
		}
	}
}
