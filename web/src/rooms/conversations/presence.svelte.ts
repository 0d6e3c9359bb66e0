// Who else has this conversation open: said again while it is, forgotten when it is not.
import { on_live } from '$lib/live/live.svelte';
import { me } from '$lib/session.svelte';
import { list_presence, say_presence, type Doing, type Presence } from './api';

/** Said again well before forty seconds are over. */
const RENEW_MS = 15_000;
/** Whoever has typed nothing for so long is reading. */
const WRITING_MS = 8_000;

export class Presences {
	others = $state.raw<Presence[]>([]);
	#id: string;
	#doing: Doing = 'reading';
	#renew: ReturnType<typeof setInterval>;
	#rests: ReturnType<typeof setTimeout> | undefined;
	#expires: ReturnType<typeof setTimeout> | undefined;
	#off: () => void;
	#gone = false;

	constructor(id: string) {
		this.#id = id;
		this.#renew = setInterval(() => void this.#say(), RENEW_MS);
		this.#off = on_live((event) => {
			if (event.type === 'reset' || (event.type === 'conversations.presence' && event.data['conversation'] === id)) void this.#read();
		});
		document.addEventListener('visibilitychange', this.#seen);
		void this.#say();
	}

	/** Something was typed. */
	wrote(): void {
		clearTimeout(this.#rests);
		this.#rests = setTimeout(() => this.#become('reading'), WRITING_MS);
		this.#become('writing');
	}

	stop(): void {
		this.#gone = true;
		clearInterval(this.#renew);
		clearTimeout(this.#rests);
		clearTimeout(this.#expires);
		this.#off();
		document.removeEventListener('visibilitychange', this.#seen);
		void say_presence(this.#id, null).catch(() => {});
	}

	// A tab that nobody sees reads nothing.
	#seen = () => void this.#say();

	#become(doing: Doing): void {
		if (this.#doing === doing) return;
		this.#doing = doing;
		void this.#say();
	}

	async #say(): Promise<void> {
		try {
			this.#take(await say_presence(this.#id, document.hidden ? null : this.#doing));
		} catch {
			// Without a network nobody knows; the banner says that the page is not live.
		}
	}

	async #read(): Promise<void> {
		try {
			this.#take(await list_presence(this.#id));
		} catch {
			// As above.
		}
	}

	#take({ items }: { items: Presence[] }): void {
		if (this.#gone) return;
		this.others = items.filter((one) => one.staff.id !== me().id);
		clearTimeout(this.#expires);
		const first = Math.min(...this.others.map((one) => Date.parse(one.until)));
		// Who does not say again that they are there is asked after once their time is over.
		if (Number.isFinite(first)) this.#expires = setTimeout(() => void this.#read(), Math.max(500, first - Date.now() + 500));
	}
}
