// A list that grows by pages as one scrolls: tens of thousands of rows, a few requests.
import { untrack } from 'svelte';
import type { Page } from '$lib/api/types';
import { Pace } from '$lib/api/pace';
import { as_problem, type Problem } from '$lib/api/problem';
import { on_live, type LiveEvent } from '$lib/live/live.svelte';
import { merge_top } from './merge_top';

export type Source<T> = { key: string; load: (cursor: string | null, limit: number, signal: AbortSignal) => Promise<Page<T>> };

const FIRST = 50;
const LATER = 200;
const KEPT = 30;
const memory = new Map<string, { items: unknown[]; next: string | null }>();

export class Paged<T extends { id: string }> {
	items = $state.raw<T[]>([]);
	problem = $state.raw<Problem>();
	slow = $state(false);
	/** Everything there is has been loaded. */
	whole = $state(false);
	ready = $state(false);
	/** New rows that wait to be shown, because the list is being read or pointed at. */
	waiting = $state(0);
	/** While it holds, rows change where they are but none comes, goes or moves. */
	held: () => boolean = () => false;
	/** This row stays where it is even when it has left the list: it is open beside it. */
	pinned: () => string | undefined = () => undefined;
	#source: Source<T> | undefined;
	#next: string | null = null;
	#abort = new AbortController();
	#busy = false;
	#again: ReturnType<typeof setTimeout> | undefined;
	readonly #pace = new Pace();

	want(source: Source<T> | undefined): void {
		this.#abort.abort();
		clearTimeout(this.#again);
		this.#again = undefined;
		this.#busy = false;
		this.waiting = 0;
		this.#source = source;
		this.problem = undefined;
		const known = source && (memory.get(source.key) as { items: T[]; next: string | null } | undefined);
		this.items = known?.items ?? [];
		this.#next = known?.next ?? null;
		this.whole = !!known && known.next === null;
		this.ready = !!known;
		if (source) void (known ? this.refresh() : this.#load(null, FIRST));
	}

	/** Loads the next page; call it when the end comes near. */
	more(): void {
		if (!this.#busy && !this.whole && this.ready) void this.#load(this.#next, LATER);
	}

	/** Loads what is on top again and keeps what was loaded below. `force` shows what was waiting. */
	async refresh(force = false): Promise<void> {
		const source = this.#source;
		if (!source) return;
		if (this.#busy) return this.refresh_soon();
		if (this.items.length === 0) return this.#load(null, FIRST);
		this.#busy = true;
		const abort = (this.#abort = new AbortController());
		const reached = Math.min(LATER, Math.max(FIRST, this.items.length));
		try {
			const page = await source.load(null, reached, abort.signal);
			if (abort.signal.aborted) return;
			const merged = merge_top(this.items, page, reached, { held: !force && this.held(), pinned: this.pinned() });
			this.items = merged.items;
			this.waiting = merged.waiting;
			if (merged.from_page) {
				this.#next = page.next;
				this.whole = page.next === null;
			}
			this.problem = undefined;
			this.#keep();
		} catch (error) {
			if (!abort.signal.aborted) this.problem = as_problem(error);
		} finally {
			if (this.#abort === abort) this.#busy = false;
		}
	}

	/** Shows the rows that were waiting. */
	show_waiting(): void {
		void this.refresh(true);
	}

	/** Loads again soon; many calls make one request. */
	refresh_soon(wait = this.#pace.wait(Date.now())): void {
		this.#again ??= setTimeout(() => {
			this.#again = undefined;
			this.#pace.loaded(Date.now());
			void this.refresh();
		}, wait);
	}

	/** Changes a row before the server confirms it. */
	change(id: string, change: (item: T) => T): void {
		this.items = this.items.map((i) => (i.id === id ? change(i) : i));
		this.#keep();
	}

	stop(): void {
		this.#abort.abort();
		clearTimeout(this.#again);
		this.#again = undefined;
	}

	#keep(): void {
		if (!this.#source) return;
		memory.delete(this.#source.key);
		memory.set(this.#source.key, { items: this.items, next: this.#next });
		if (memory.size > KEPT) memory.delete(memory.keys().next().value!);
	}

	async #load(cursor: string | null, limit: number): Promise<void> {
		const source = this.#source;
		if (!source) return;
		this.#busy = true;
		const abort = (this.#abort = new AbortController());
		const slow = setTimeout(() => (this.slow = this.items.length === 0), 150);
		try {
			const page = await source.load(cursor, limit, abort.signal);
			if (abort.signal.aborted) return;
			const known = cursor === null ? new Set<string>() : new Set(this.items.map((i) => i.id));
			const added = page.items.filter((i) => !known.has(i.id));
			this.items = cursor === null ? added : [...this.items, ...added];
			this.#next = page.next;
			this.whole = page.next === null;
			this.problem = undefined;
			this.ready = true;
			this.#keep();
		} catch (error) {
			if (!abort.signal.aborted) this.problem = as_problem(error);
		} finally {
			clearTimeout(slow);
			if (this.#abort === abort) {
				this.slow = false;
				this.#busy = false;
			}
		}
	}
}

/** Forgets every list: on sign-out. */
export function forget_lists(): void {
	memory.clear();
}

/** A paged list bound to a component; `stirs` says which live events make it stale. */
export function paged<T extends { id: string }>(wanted: () => Source<T> | undefined, stirs: (event: LiveEvent) => boolean = () => false): Paged<T> {
	const it = new Paged<T>();
	$effect.pre(() => {
		const now = wanted();
		untrack(() => it.want(now));
	});
	$effect(() => {
		const off = on_live((event) => {
			if (event.type === 'reset' || stirs(event)) it.refresh_soon();
		});
		return () => {
			off();
			it.stop();
		};
	});
	return it;
}
