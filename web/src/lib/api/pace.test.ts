import { expect, test } from 'vitest';
import { Pace } from './pace';

test('a few changes are shown at once, a stream of them once a second, and then at once again', () => {
	const pace = new Pace();
	const waits: number[] = [];
	let now = 0;
	for (let i = 0; i < 20; i++) {
		const wait = pace.wait(now);
		waits.push(wait);
		now += wait;
		pace.loaded(now);
	}
	expect(waits.slice(0, 8)).toEqual(Array(8).fill(200));
	expect(waits.filter((w) => w === 1000).length).toBeGreaterThan(5);
	expect(pace.wait(now + 6000)).toBe(200);
});
