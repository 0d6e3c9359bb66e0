import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Resource } from './resource.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is stale after a request began is asked for again, also where another part of the screen began it', async () => {
	let truth = 'before';
	const load = () => {
		const seen = truth;
		return new Promise<string>((answer) => setTimeout(() => answer(seen), 100));
	};
	const wanted = { key: 'one', load };
	const [first, second] = [new Resource<string>(), new Resource<string>()];
	first.want(wanted);
	second.want(wanted);
	await vi.advanceTimersByTimeAsync(1000);
	expect(second.data).toBe('before');
	// The first hears of something and loads; the second is to load a little later, for an earlier event.
	second.refetch_soon(50);
	void first.refetch();
	truth = 'after';
	second.refetch_soon(50);
	await vi.advanceTimersByTimeAsync(1000);
	expect(second.data).toBe('after');
	first.stop();
	second.stop();
});
