// What happens elsewhere, as it happens. One stream for the whole browser: the tab that holds the Web Lock reads it and
// tells the others by BroadcastChannel, so that eight tabs use one connection. A tab that hears nothing says so.
import { SseReader, type Frame } from './sse';

/** `type` is the event's name (`tagging.applied`) or `reset`: something was missed, load again. */
export type LiveEvent = { type: string; seq?: string; data: Record<string, unknown> };
type Told =
	| { say: 'event'; event: LiveEvent }
	| { say: 'alive'; at: number; patience: number; seq?: string }
	| { say: 'down' }
	| { say: 'who' };

const LOCK = 'sarang-live';
const BACKOFF_MS = [300, 700, 1500, 3000, 5000];
// The server pings; silence longer than its interval and this means the connection is gone without a word.
const GRACE_MS = 900;
const DEFAULT_PING_MS = 15_000;

let state = $state<'starting' | 'live' | 'down'>('starting');
const listeners = new Set<(event: LiveEvent) => void>();
let channel: BroadcastChannel | undefined;
let stop_leading: AbortController | undefined;
let last_seq: string | undefined;
let patience = DEFAULT_PING_MS + GRACE_MS;
let watchdog: ReturnType<typeof setTimeout> | undefined;

/** `live`, `down` (nothing arrives: what is shown may be old) or `starting`. */
export function live_state(): 'starting' | 'live' | 'down' {
	return state;
}

/** Hears every event until the returned function is called. */
export function on_live(hear: (event: LiveEvent) => void): () => void {
	listeners.add(hear);
	return () => listeners.delete(hear);
}

function tell(event: LiveEvent): void {
	if (event.seq) last_seq = event.seq;
	for (const hear of [...listeners]) hear(event);
}

function heard_alive(): void {
	state = 'live';
	clearTimeout(watchdog);
	watchdog = setTimeout(lost, patience);
}

function lost(): void {
	state = 'down';
	if (is_leader()) restart?.();
	else claim(true);
}

function is_leader(): boolean {
	return restart !== undefined;
}

/** Cuts the current connection so that the loop opens a new one; set only in the leading tab. */
let restart: (() => void) | undefined;

function heard(told: Told): void {
	if (told.say === 'event') {
		heard_alive();
		tell(told.event);
	} else if (told.say === 'alive') {
		patience = told.patience;
		if (told.seq) last_seq = told.seq;
		heard_alive();
	} else if (told.say === 'down') {
		state = 'down';
	} else if (told.say === 'who' && is_leader()) {
		say(state === 'live' ? alive() : { say: 'down' });
	}
}

function alive(): Told {
	return { say: 'alive', at: Date.now(), patience, seq: last_seq };
}

function say(told: Told): void {
	channel?.postMessage(told);
}

/** Starts hearing. Call once somebody is signed in. */
export function start_live(): void {
	if (channel) return;
	channel = new BroadcastChannel(LOCK);
	channel.onmessage = (message: MessageEvent<Told>) => heard(message.data);
	window.addEventListener('online', retry_now);
	window.addEventListener('offline', on_offline);
	document.addEventListener('visibilitychange', on_visible);
	say({ say: 'who' });
	watchdog = setTimeout(() => state === 'starting' && (state = 'down'), 2500);
	claim(false);
}

/** Stops hearing: on sign-out. */
export function stop_live(): void {
	stop_leading?.abort();
	channel?.close();
	channel = undefined;
	clearTimeout(watchdog);
	window.removeEventListener('online', retry_now);
	window.removeEventListener('offline', on_offline);
	document.removeEventListener('visibilitychange', on_visible);
	state = 'starting';
	last_seq = undefined;
}

function retry_now(): void {
	if (is_leader()) restart?.();
}
function on_offline(): void {
	state = 'down';
	if (is_leader()) say({ say: 'down' });
}
function on_visible(): void {
	if (document.visibilityState === 'visible') say({ say: 'who' });
}

/** Waits for the lock and reads the stream while holding it; `steal` takes it from a tab that has fallen silent. */
function claim(steal: boolean): void {
	stop_leading?.abort();
	const mine = (stop_leading = new AbortController());
	navigator.locks
		.request(LOCK, steal ? { steal: true } : { signal: mine.signal }, () => lead(mine.signal))
		.catch(() => {
			// Another tab took over, or this one stopped: follow it unless told to stop.
			restart = undefined;
			if (!mine.signal.aborted && channel) {
				mine.abort();
				claim(false);
			}
		});
}

async function lead(signal: AbortSignal): Promise<void> {
	let failures = 0;
	while (!signal.aborted) {
		const connection = new AbortController();
		const wake = new Promise<void>((resolve) => {
			restart = () => {
				connection.abort();
				resolve();
			};
		});
		const end = () => connection.abort();
		signal.addEventListener('abort', end);
		try {
			await read_stream(connection.signal, () => (failures = 0));
		} catch {
			// The reason does not matter: it is tried again and the banner says that the page is not live.
		}
		signal.removeEventListener('abort', end);
		if (signal.aborted) break;
		state = 'down';
		say({ say: 'down' });
		const wait = BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)]!;
		await Promise.race([new Promise((r) => setTimeout(r, wait)), wake]);
	}
	restart = undefined;
}

async function read_stream(signal: AbortSignal, on_open: () => void): Promise<void> {
	const headers: Record<string, string> = { accept: 'text/event-stream' };
	if (last_seq) headers['last-event-id'] = last_seq;
	const answer = await fetch('/api/events', { headers, signal, cache: 'no-store' });
	if (!answer.ok || !answer.body) throw new Error(`events: ${answer.status}`);
	on_open();
	pulse();
	const reader = new SseReader(on_frame, pulse);
	const chunks = answer.body.pipeThrough(new TextDecoderStream()).getReader();
	for (;;) {
		const { done, value } = await chunks.read();
		if (done) return;
		reader.feed(value);
	}
}

function pulse(): void {
	heard_alive();
	say(alive());
}

function on_frame(frame: Frame): void {
	let data: Record<string, unknown> = {};
	try {
		data = frame.data ? JSON.parse(frame.data) : {};
	} catch {
		return;
	}
	if (frame.event === 'hello') {
		if (typeof data['ping_ms'] === 'number') patience = data['ping_ms'] + GRACE_MS;
		if (!last_seq && data['seq'] !== undefined) last_seq = String(data['seq']);
		return pulse();
	}
	const event: LiveEvent = { type: frame.event, seq: frame.id, data };
	heard_alive();
	say({ say: 'event', event });
	tell(event);
}
