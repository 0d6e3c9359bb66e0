// How fast something goes and how long it will still take, from what was seen lately. Pure.

type Seen = { at: number; done: number };
const WINDOW_MS = 5000;

export class RateMeter {
	#seen: Seen[] = [];

	see(at: number, done: number): void {
		this.#seen.push({ at, done });
		// The oldest one kept lies just outside the window, so that a slow start is forgotten but never everything.
		while (this.#seen.length > 2 && this.#seen[1]!.at < at - WINDOW_MS) this.#seen.shift();
	}
	/** Units a second; undefined before two moments were seen. */
	get rate(): number | undefined {
		const [first, last] = [this.#seen[0], this.#seen.at(-1)];
		if (!first || !last || last.at <= first.at) return undefined;
		return ((last.done - first.done) / (last.at - first.at)) * 1000;
	}
	seconds_left(total: number): number | undefined {
		const { rate } = this;
		const done = this.#seen.at(-1)?.done ?? 0;
		return rate ? Math.max(0, (total - done) / rate) : undefined;
	}
}

/** The format a file name speaks of. */
export function guess_format(name: string): 'jsonl' | 'mbox' | 'eml' | 'requests' | 'canny' | 'fider' | 'roadmap' {
	if (/canny/i.test(name)) return 'canny';
	if (/fider|\.zip$/i.test(name)) return 'fider';
	if (/roadmap.*\.jsonl$/i.test(name)) return 'roadmap';
	if (/\.csv$/i.test(name)) return 'requests';
	if (/\.(jsonl|ndjson|json)$/i.test(name)) return 'jsonl';
	if (/\.eml$/i.test(name)) return 'eml';
	return /\.(mbox|mbx|mail)$/i.test(name) || !/\.\w+$/.test(name) ? 'mbox' : 'jsonl';
}

export type Size = { n: number; unit: 'bytes' | 'kb' | 'mb' | 'gb' };
/** Bytes in the unit people would say. */
export function size_of(bytes: number): Size {
	if (bytes < 1000) return { n: bytes, unit: 'bytes' };
	if (bytes < 1e6) return { n: Math.round(bytes / 1000), unit: 'kb' };
	if (bytes < 1e9) return { n: Math.round(bytes / 1e5) / 10, unit: 'mb' };
	return { n: Math.round(bytes / 1e8) / 10, unit: 'gb' };
}
