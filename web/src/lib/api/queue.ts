// Writes that must not be lost: kept on the device before they are sent, sent in order, sent again with the same key
// until the server has answered. Pure: where jobs are kept, how they are sent and how time passes are arguments.

/** `key` is the Idempotency-Key, and names the result until the server has given it an id. */
export type Job<Op> = { key: string; at: number; op: Op };
export type Outcome = { id?: string } | void;

/** Must keep a job before `put` returns: a reload right after must find it. */
export interface Shelf<Op> {
	list(): Job<Op>[];
	put(job: Job<Op>): void;
	remove(key: string): void;
	/** What a local key or a replaced id has become. */
	find_alias(id: string): string | undefined;
	put_alias(id: string, becomes: string): void;
}

export type Sent<R> = { did: 'done'; result: R; aliases?: [string, string][] } | { did: 'refused'; reason: unknown } | { did: 'later' };
/** `aliases`: what the answer gave new ids to, as they were before it. */
type Hears<Op, R> = { done?: (job: Job<Op>, result: R, aliases: [string, string][]) => void; refused?: (job: Job<Op>, reason: unknown) => void; moved?: () => void };

const WAITS_MS = [1000, 2000, 5000, 10_000, 30_000];

export class WriteQueue<Op, R> {
	/** The last attempt got no answer: jobs wait for the network. */
	stuck = false;
	#failures = 0;
	#draining = false;
	#again = false;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		readonly shelf: Shelf<Op>,
		readonly send: (job: Job<Op>) => Promise<Sent<R>>,
		readonly hears: Hears<Op, R> = {},
		/** Runs alone in the whole browser, so that two tabs do not send the same job at once. */
		readonly alone: (work: () => Promise<void>) => Promise<void> = (work) => work()
	) {}

	/** Keeps the job, then sends it as soon as it can. */
	push(job: Job<Op>): void {
		this.shelf.put(job);
		this.hears.moved?.();
		void this.drain();
	}

	/** The id an earlier local key or id stands for now. */
	resolve(id: string): string {
		let now = id;
		for (let hops = 0; hops < 50; hops++) {
			const next = this.shelf.find_alias(now);
			if (next === undefined) break;
			now = next;
		}
		return now;
	}

	/** Sends everything that waits, in order. Call it when the network is back; it is safe to call at any time. */
	async drain(): Promise<void> {
		if (this.#draining) {
			this.#again = true;
			return;
		}
		this.#draining = true;
		clearTimeout(this.#timer);
		try {
			do {
				this.#again = false;
				await this.alone(() => this.#drain_alone());
			} while (this.#again && !this.stuck);
		} finally {
			this.#draining = false;
		}
		// Something may have come, or the network may have returned, while the last attempt was failing.
		if (this.stuck && this.shelf.list().length) {
			const wait = WAITS_MS[Math.min(this.#failures - 1, WAITS_MS.length - 1)] ?? 1000;
			this.#timer = setTimeout(() => void this.drain(), wait);
		}
	}

	async #drain_alone(): Promise<void> {
		for (;;) {
			const job = this.shelf.list()[0];
			if (!job) break;
			const sent = await this.send(job).catch((): Sent<R> => ({ did: 'later' }));
			if (sent.did === 'later') {
				this.stuck = true;
				this.#failures++;
				this.hears.moved?.();
				return;
			}
			this.stuck = false;
			this.#failures = 0;
			// The alias first: if the page ends here, the job is sent again with its key and nothing is made twice.
			if (sent.did === 'done') for (const [id, becomes] of sent.aliases ?? []) this.shelf.put_alias(id, becomes);
			this.shelf.remove(job.key);
			if (sent.did === 'done') this.hears.done?.(job, sent.result, sent.aliases ?? []);
			else this.hears.refused?.(job, sent.reason);
			this.hears.moved?.();
		}
		this.stuck = false;
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}

const DAY_MS = 86_400_000;

/** A shelf on localStorage: it writes before it returns, and every tab sees it. One entry per job. */
export class StorageShelf<Op> implements Shelf<Op> {
	readonly #jobs: string;
	readonly #aliases: string;

	constructor(
		readonly storage: Storage,
		owner: string,
		readonly now: () => number = Date.now
	) {
		this.#jobs = `sarang.queue.${owner}.`;
		this.#aliases = `sarang.alias.${owner}.`;
		this.#forget_old_aliases();
	}

	list(): Job<Op>[] {
		return this.#keys(this.#jobs)
			.sort()
			.flatMap((key) => {
				try {
					return [JSON.parse(this.storage.getItem(key)!) as Job<Op>];
				} catch {
					return [];
				}
			});
	}
	put(job: Job<Op>): void {
		this.storage.setItem(this.#name(job.at, job.key), JSON.stringify(job));
	}
	remove(key: string): void {
		for (const name of this.#keys(this.#jobs)) if (name.endsWith(`.${key}`)) this.storage.removeItem(name);
	}
	find_alias(id: string): string | undefined {
		return this.storage.getItem(this.#aliases + id)?.split(' ')[1];
	}
	put_alias(id: string, becomes: string): void {
		this.storage.setItem(this.#aliases + id, `${this.now()} ${becomes}`);
	}

	#name(at: number, key: string): string {
		return `${this.#jobs}${String(Math.round(at * 1000)).padStart(17, '0')}.${key}`;
	}
	#keys(prefix: string): string[] {
		return Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i)!).filter((k) => k?.startsWith(prefix));
	}
	#forget_old_aliases(): void {
		for (const key of this.#keys(this.#aliases))
			if (this.now() - Number(this.storage.getItem(key)?.split(' ')[0]) > DAY_MS) this.storage.removeItem(key);
	}
}
