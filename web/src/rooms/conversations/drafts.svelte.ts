// Typed text is never lost: each key stands on this device at once, and with the server a moment later, so that it is
// there after a reload, a crash, without a network, and on another device.
import { as_problem } from '$lib/api/client';
import type { Draft, DraftEnvelope } from '$lib/api/types';
import { me } from '$lib/session.svelte';
import { keep_draft, list_drafts } from './api';

export type DraftKind = 'reply' | 'note';
type OnDevice = { text: string; envelope: DraftEnvelope; rev: number; dirty: boolean };

/** After the last key until the server is told; and until it is tried again. */
const PAUSE_MS = 600;
const AGAIN_MS = 4000;

export class DraftKeeper {
	text = $state('');
	envelope = $state.raw<DraftEnvelope>({});
	/** What stands with the server, kept from another device, where both were changed. */
	other = $state.raw<Draft>();
	/** Whether the server has all of it. */
	kept = $state(true);
	#rev = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#pushing = false;
	#ended = false;

	constructor(
		readonly conversation: string,
		readonly kind: DraftKind
	) {
		const here = this.#read();
		if (!here) return;
		this.text = here.text;
		this.envelope = here.envelope;
		this.#rev = here.rev;
		this.kept = !here.dirty;
	}

	get #name(): string {
		return `sarang.draft.${me().id}.${this.conversation}.${this.kind}`;
	}

	#read(): OnDevice | undefined {
		try {
			const kept = localStorage.getItem(this.#name);
			return kept ? (JSON.parse(kept) as OnDevice) : undefined;
		} catch {
			return undefined;
		}
	}
	#write(): void {
		try {
			if (!this.text && !this.#rev && this.kept) localStorage.removeItem(this.#name);
			else localStorage.setItem(this.#name, JSON.stringify({ text: this.text, envelope: this.envelope, rev: this.#rev, dirty: !this.kept } satisfies OnDevice));
		} catch {
			// Without storage the server alone has it.
		}
	}

	/** What the server has: taken over unless something newer was typed here. */
	take(stored: Draft | undefined): void {
		if (this.kept || !this.text) {
			if (!stored) {
				// Sent, or taken back, on another device.
				if (this.#rev) this.forget();
				return;
			}
			this.text = stored.text;
			this.envelope = stored.envelope;
			this.#rev = stored.rev;
			this.kept = true;
			this.#write();
		} else if (stored && stored.rev !== this.#rev && stored.text !== this.text && stored.text) {
			this.other = stored;
		} else {
			this.#rev = stored?.rev ?? 0;
			this.#later(0);
		}
	}

	/** Something was typed, or the envelope changed. */
	change(change: { text?: string; envelope?: DraftEnvelope }): void {
		if (change.text !== undefined) this.text = change.text;
		if (change.envelope) this.envelope = change.envelope;
		this.kept = false;
		this.#write();
		if (!this.other) this.#later(PAUSE_MS);
	}

	/** Of two that differ, one is chosen; the other one is gone. */
	choose(mine: boolean): void {
		const other = this.other;
		if (!other) return;
		this.other = undefined;
		this.#rev = other.rev;
		if (mine) return this.change({});
		this.text = other.text;
		this.envelope = other.envelope;
		this.kept = true;
		this.#write();
	}

	/** It was sent: the server has put its draft away with it. */
	forget(): void {
		clearTimeout(this.#timer);
		this.text = '';
		this.envelope = {};
		this.other = undefined;
		this.#rev = 0;
		this.kept = true;
		this.#write();
	}

	/** The page goes on without it; what is not kept yet is tried once more. */
	end(): void {
		this.#ended = true;
		clearTimeout(this.#timer);
		if (!this.kept && !this.other) void this.#push();
	}

	/** The network is there again. */
	retry(): void {
		if (!this.kept && !this.other) this.#later(0);
	}

	#later(ms: number): void {
		clearTimeout(this.#timer);
		if (!this.#ended) this.#timer = setTimeout(() => void this.#push(), ms);
	}

	async #push(): Promise<void> {
		if (this.#pushing) return this.#later(PAUSE_MS);
		this.#pushing = true;
		const { text, envelope } = this;
		try {
			const { rev } = await keep_draft(this.conversation, this.kind, { rev: this.#rev, text, envelope });
			// Sent meanwhile: then there is nothing to be kept any more.
			if (this.kept) return;
			this.#rev = rev;
			this.kept = this.text === text && this.envelope === envelope;
			this.#write();
			if (!this.kept) this.#later(PAUSE_MS);
		} catch (error) {
			const { status } = as_problem(error);
			if (status === 412) await this.#look();
			else if (status !== 403 && status !== 404 && status !== 413) this.#later(AGAIN_MS);
		} finally {
			this.#pushing = false;
		}
	}

	async #look(): Promise<void> {
		try {
			const { items } = await list_drafts(this.conversation);
			this.take(items.find((draft) => draft.kind === this.kind));
		} catch {
			this.#later(AGAIN_MS);
		}
	}
}
