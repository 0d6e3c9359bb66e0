// How soon to load again after something happened elsewhere: at once while little happens, once a second during a stream
// of events such as an import.
const AT_ONCE_MS = 200;
const BUSY_MS = 1000;
const WINDOW_MS = 5000;
const MANY = 8;

export class Pace {
	#loads: number[] = [];

	/** The wait before the next load; call `loaded` when it begins. */
	wait(now: number): number {
		this.#loads = this.#loads.filter((at) => now - at < WINDOW_MS);
		return this.#loads.length < MANY ? AT_ONCE_MS : BUSY_MS;
	}
	loaded(now: number): void {
		this.#loads.push(now);
	}
}
