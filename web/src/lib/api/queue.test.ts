import { beforeEach, describe, expect, test, vi } from 'vitest';
import { StorageShelf, WriteQueue, type Job, type Sent } from './queue';

class MemoryStorage implements Storage {
	#map = new Map<string, string>();
	get length() {
		return this.#map.size;
	}
	clear() {
		this.#map.clear();
	}
	getItem(key: string) {
		return this.#map.get(key) ?? null;
	}
	key(i: number) {
		return [...this.#map.keys()][i] ?? null;
	}
	removeItem(key: string) {
		this.#map.delete(key);
	}
	setItem(key: string, value: string) {
		this.#map.set(key, value);
	}
}

/** A server that keeps what it was sent by key, and may be away. */
class Server {
	rows = new Map<string, string>();
	received: string[] = [];
	away = false;
	lose_answer = false;
	async send(job: Job<string>): Promise<Sent<string>> {
		if (this.away) return { did: 'later' };
		this.received.push(job.op);
		if (job.op.startsWith('bad')) return { did: 'refused', reason: 'no' };
		if (!this.rows.has(job.key)) this.rows.set(job.key, `tgg_${this.rows.size + 1}`);
		if (this.lose_answer) return { did: 'later' };
		const id = this.rows.get(job.key)!;
		return { did: 'done', result: id, aliases: [[job.key, id]] };
	}
}

let storage: MemoryStorage;
let server: Server;
const queue = (hears = {}, owner = 'me') => new WriteQueue<string, string>(new StorageShelf(storage, owner), (j) => server.send(j), hears);
const job = (op: string, at: number): Job<string> => ({ key: `key-${op}`, at, op });

beforeEach(() => {
	vi.useFakeTimers();
	storage = new MemoryStorage();
	server = new Server();
});

describe('the write queue', () => {
	test('sends in the order things were done', async () => {
		const q = queue();
		server.away = true;
		q.push(job('a', 1));
		q.push(job('b', 2));
		q.push(job('c', 10));
		await vi.advanceTimersByTimeAsync(0);
		expect(server.received).toEqual([]);
		server.away = false;
		await vi.advanceTimersByTimeAsync(5000);
		expect(server.received).toEqual(['a', 'b', 'c']);
		expect(q.shelf.list()).toEqual([]);
	});

	test('loses nothing by a reload while the network is away', async () => {
		server.away = true;
		const before = queue();
		before.push(job('a', 1));
		await vi.advanceTimersByTimeAsync(0);
		expect(before.stuck).toBe(true);
		before.stop();
		server.away = false;
		const after = queue();
		expect(after.shelf.list().map((j) => j.op)).toEqual(['a']);
		await after.drain();
		expect([...server.rows.values()]).toEqual(['tgg_1']);
	});

	test('makes nothing twice when an answer is lost', async () => {
		server.lose_answer = true;
		const q = queue();
		q.push(job('a', 1));
		await vi.advanceTimersByTimeAsync(0);
		server.lose_answer = false;
		await vi.advanceTimersByTimeAsync(60_000);
		expect(server.received).toEqual(['a', 'a']);
		expect(server.rows.size).toBe(1);
	});

	test('a refused job is told and does not stop the others', async () => {
		const refused = vi.fn();
		const q = queue({ refused });
		q.push(job('bad', 1));
		q.push(job('b', 2));
		await vi.advanceTimersByTimeAsync(0);
		expect(refused).toHaveBeenCalledTimes(1);
		expect(server.received).toEqual(['bad', 'b']);
	});

	test('a local key leads to the id the server gave, through later replacements too', async () => {
		const q = queue();
		q.push(job('a', 1));
		await vi.advanceTimersByTimeAsync(0);
		expect(q.resolve('key-a')).toBe('tgg_1');
		q.shelf.put_alias('tgg_1', 'tgg_9');
		expect(queue().resolve('key-a')).toBe('tgg_9');
	});

	test('one person’s waiting writes are not sent as another person', () => {
		server.away = true;
		queue({}, 'me').push(job('a', 1));
		expect(queue({}, 'other').shelf.list()).toEqual([]);
	});

	test('waits longer after each failure, and at most half a minute', async () => {
		server.away = true;
		const q = queue();
		const spy = vi.spyOn(server, 'send');
		q.push(job('a', 1));
		await vi.advanceTimersByTimeAsync(10 * 60_000);
		expect(spy.mock.calls.length).toBeGreaterThan(15);
		expect(spy.mock.calls.length).toBeLessThan(30);
	});

	test('old aliases are forgotten after a day', () => {
		let now = 1_000_000;
		new StorageShelf(storage, 'me', () => now).put_alias('key-a', 'tgg_1');
		now += 2 * 86_400_000;
		expect(new StorageShelf(storage, 'me', () => now).find_alias('key-a')).toBeUndefined();
	});
});
