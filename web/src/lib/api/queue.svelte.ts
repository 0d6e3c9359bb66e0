// The write queue of this browser, bound to the person signed in. Rooms push; the shell shows what waits.
import { del, post } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { on_live } from '$lib/live/live.svelte';
import { find_me } from '$lib/session.svelte';
import { say_problem } from '$lib/ui/toasts.svelte';
import { Problem, as_problem } from './problem';
import { StorageShelf, WriteQueue, type Job, type Sent } from './queue';

/** What is sent, in the form kept on the device. `{…}` in a path is a local key or id, resolved when it is sent. */
export type Write = {
	method: 'POST' | 'DELETE';
	path: string;
	body?: unknown;
	/** The result replaces this id from now on. */
	replaces?: string;
	/** Gone already is as good as taken away now. */
	missing_is_done?: boolean;
	/** The act in its room's own words, for showing what waits. */
	about: { room: string; id: string; op: unknown };
};
type Answer = { id?: string } | undefined;

let jobs = $state.raw<Job<Write>[]>([]);
let stuck = $state(false);
let queue: WriteQueue<Write, Answer> | undefined;
/** `replaced`: the id that the answer's id takes the place of, as the server knew it. */
type Written = (write: Write, key: string, answer: Answer, replaced: string | undefined) => void;
const done_hearers = new Set<Written>();

/** How many writes wait, and whether the last attempt got no answer. */
export const queue_state = () => ({ waiting: jobs.length, stuck });
/** The waiting writes about one thing, oldest first. */
export const list_waiting = (room: string, id: string) => jobs.filter((j) => j.op.about.room === room && j.op.about.id === id);
/** The id that a local key stands for now. */
export const resolve_id = (id: string) => queue?.resolve(id) ?? id;

/** Hears each answered write until the returned function is called. */
export function on_written(hear: Written): () => void {
	done_hearers.add(hear);
	return () => done_hearers.delete(hear);
}

let last_at = 0;

/** Keeps the write on the device and sends it; returns the key that names its result. */
export function push_write(write: Write): string {
	if (!queue) throw new Error('nobody is signed in');
	const key = crypto.randomUUID();
	// Two acts within a millisecond keep their order.
	last_at = Math.max(Date.now(), last_at + 0.001);
	queue.push({ key, at: last_at, op: write });
	return key;
}

async function send(job: Job<Write>): Promise<Sent<Answer>> {
	const { method, path, body, replaces, missing_is_done } = job.op;
	const address = path.replace(/\{([^}]+)\}/g, (_, id: string) => encodeURIComponent(resolve_id(id)));
	try {
		const options = { idempotency_key: job.key };
		const answer = method === 'POST' ? await post<Answer>(address, body, options) : await del<Answer>(address, options);
		const aliases: [string, string][] = [];
		if (answer?.id) {
			if (method === 'POST') aliases.push([job.key, answer.id]);
			const old = replaces && resolve_id(replaces);
			if (old && old !== answer.id) aliases.push([old, answer.id]);
		}
		return { did: 'done', result: answer, aliases };
	} catch (error) {
		const problem = as_problem(error);
		if (problem.is_passing || problem.status === 401) return { did: 'later' };
		if (problem.status === 404 && missing_is_done) return { did: 'done', result: undefined };
		return { did: 'refused', reason: problem };
	}
}

/** Starts sending for the person signed in; returns how to stop. What an earlier visit left is sent first. */
export function start_queue(): () => void {
	const owner = find_me()!.id;
	const mine = new WriteQueue<Write, Answer>(
		new StorageShelf(localStorage, owner),
		send,
		{
			done: (job, answer, aliases) => done_hearers.forEach((hear) => hear(job.op, job.key, answer, aliases.find(([id]) => id !== job.key)?.[0])),
			refused: (_job, reason) => say_problem(t('write-refused', { reason: reason instanceof Problem ? reason.message : String(reason) })),
			moved: show
		},
		async (work) => {
			await navigator.locks.request('sarang-queue', work);
		}
	);
	queue = mine;
	function show(): void {
		jobs = mine.shelf.list();
		stuck = mine.stuck;
	}
	const again = () => void mine.drain();
	const other_tab = (event: StorageEvent) => event.key?.startsWith('sarang.queue.') && show();
	window.addEventListener('online', again);
	window.addEventListener('storage', other_tab);
	// Anything heard from the server means that it answers again.
	const off = on_live(() => mine.stuck && again());
	show();
	again();
	return () => {
		mine.stop();
		off();
		window.removeEventListener('online', again);
		window.removeEventListener('storage', other_tab);
		if (queue === mine) queue = undefined;
		jobs = [];
	};
}
