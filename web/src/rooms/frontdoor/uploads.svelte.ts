// Files on their way to the server. They go on while one looks at other screens, and are found again here.
import { as_problem, type Problem } from '$lib/api/problem';
import { send_file, type Import, type ImportAsk } from './api';
import { RateMeter } from './rate';

export type Upload = { id: number; name: string; total: number; sent: number; rate: number | undefined; seconds_left: number | undefined; problem?: Problem; ask: ImportAsk; file: File };

let next = 1;
let uploads = $state.raw<Upload[]>([]);
const aborts = new Map<number, AbortController>();

export const list_uploads = () => uploads;

function put(id: number, change: Partial<Upload>): void {
	uploads = uploads.map((u) => (u.id === id ? { ...u, ...change } : u));
}

/** Starts sending; `done` hears of the import that the server began. */
export async function start_upload(file: File, ask: ImportAsk, done: (made: Import) => void): Promise<void> {
	const id = next++;
	const meter = new RateMeter();
	const abort = new AbortController();
	aborts.set(id, abort);
	meter.see(performance.now(), 0);
	uploads = [{ id, name: ask.name, total: file.size, sent: 0, rate: undefined, seconds_left: undefined, ask, file }, ...uploads];
	const stay = (event: BeforeUnloadEvent) => event.preventDefault();
	window.addEventListener('beforeunload', stay);
	try {
		const made = await send_file(
			file,
			ask,
			(sent) => {
				meter.see(performance.now(), sent);
				put(id, { sent, rate: meter.rate, seconds_left: meter.seconds_left(file.size) });
			},
			abort.signal
		);
		drop_upload(id);
		done(made);
	} catch (error) {
		if (abort.signal.aborted) drop_upload(id);
		else put(id, { problem: as_problem(error) });
	} finally {
		aborts.delete(id);
		window.removeEventListener('beforeunload', stay);
	}
}

export function cancel_upload(id: number): void {
	const abort = aborts.get(id);
	if (abort) abort.abort();
	else drop_upload(id);
}

function drop_upload(id: number): void {
	uploads = uploads.filter((u) => u.id !== id);
}
