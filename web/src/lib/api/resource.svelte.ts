// Data a screen shows: loaded when its inputs change, shown from memory at once, refreshed quietly by live events.
import { untrack } from 'svelte';
import { on_live, type LiveEvent } from '$lib/live/live.svelte';
import { Pace } from './pace';
import { as_problem, type Problem } from './problem';

const KEPT = 200;
const memory = new Map<string, unknown>();
// Two parts of a screen that want the same thing at the same moment share one request.
const SHARED_MS = 150;
const under_way = new Map<string, { since: number; promise: Promise<unknown> }>();

/** `stirred` is when this was last heard to be stale: an answer asked for before that is not taken for one after it. */
function load_once<T>({ key, load }: Wanted<T>, stirred = 0): Promise<T> {
	const same = under_way.get(key);
	if (same && same.since > stirred && performance.now() - same.since < SHARED_MS) return same.promise as Promise<T>;
	const promise = load(new AbortController().signal).finally(() => {
		if (under_way.get(key)?.promise === promise) under_way.delete(key);
	});
	under_way.set(key, { since: performance.now(), promise });
	return promise;
}

function keep(key: string, value: unknown): void {
	memory.delete(key);
	memory.set(key, value);
	if (memory.size > KEPT) memory.delete(memory.keys().next().value!);
}

/** Forgets everything shown before: on sign-out, so that the next person sees nothing of it. */
export function forget_all(): void {
	memory.clear();
}

/** Loads ahead what will probably be opened next. */
export async function prefetch<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Promise<void> {
	if (memory.has(key)) return;
	try {
		keep(key, await load_once({ key, load }));
	} catch {
		// The real request will say what is wrong.
	}
}

export type Wanted<T> = { key: string; load: (signal: AbortSignal) => Promise<T> };

export class Resource<T> {
	data = $state.raw<T>();
	problem = $state.raw<Problem>();
	/** True once loading took longer than 150 ms with nothing to show: time for a skeleton. */
	slow = $state(false);
	loading = $state(false);
	#wanted: Wanted<T> | undefined;
	#abort: AbortController | undefined;
	#again: ReturnType<typeof setTimeout> | undefined;
	#stirred = 0;
	readonly #pace = new Pace();

	/** Shows what is wanted now; `undefined` wants nothing. */
	want(wanted: Wanted<T> | undefined): void {
		this.#wanted = wanted;
		this.problem = undefined;
		this.data = wanted ? (memory.get(wanted.key) as T | undefined) : undefined;
		void this.refetch();
	}

	/** Loads again; what is shown stays until the answer is there. */
	async refetch(): Promise<void> {
		this.#abort?.abort();
		clearTimeout(this.#again);
		this.#again = undefined;
		this.loading = false;
		const wanted = this.#wanted;
		this.slow = false;
		if (!wanted) return;
		const abort = (this.#abort = new AbortController());
		this.loading = true;
		const slow = setTimeout(() => (this.slow = this.data === undefined), 150);
		try {
			const data = await load_once(wanted, this.#stirred);
			if (abort.signal.aborted) return;
			keep(wanted.key, data);
			this.data = data;
			this.problem = undefined;
		} catch (error) {
			if (abort.signal.aborted) return;
			this.problem = as_problem(error);
		} finally {
			clearTimeout(slow);
			if (!abort.signal.aborted) {
				this.slow = false;
				this.loading = false;
			}
		}
	}

	/** Loads again soon; many calls make one request. */
	refetch_soon(wait = this.#pace.wait(Date.now())): void {
		this.#stirred = performance.now();
		this.#again ??= setTimeout(() => {
			this.#again = undefined;
			this.#pace.loaded(Date.now());
			void this.refetch();
		}, wait);
	}

	/** Changes what is shown before the server confirms it. */
	change(change: (data: T) => T): void {
		if (this.data === undefined) return;
		this.data = change(this.data);
		if (this.#wanted) keep(this.#wanted.key, this.data);
	}

	stop(): void {
		this.#abort?.abort();
		clearTimeout(this.#again);
		this.#again = undefined;
		this.loading = false;
	}
}

/**
 * A resource bound to a component. `wanted` is read reactively; `stirs` says which live events make it stale.
 * After the stream had a gap (`reset`) everything is loaded again.
 */
export function resource<T>(wanted: () => Wanted<T> | undefined, stirs: (event: LiveEvent) => boolean = () => false): Resource<T> {
	const it = new Resource<T>();
	$effect.pre(() => {
		const now = wanted();
		untrack(() => it.want(now));
	});
	$effect(() => {
		const off = on_live((event) => {
			if (event.type === 'reset' || stirs(event)) it.refetch_soon();
		});
		return () => {
			off();
			it.stop();
		};
	});
	return it;
}
