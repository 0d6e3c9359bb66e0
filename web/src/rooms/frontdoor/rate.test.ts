import { expect, test } from 'vitest';
import { RateMeter, guess_format, size_of } from './rate';

test('a rate is told from the last seconds, not from a slow start', () => {
	const meter = new RateMeter();
	expect(meter.rate).toBeUndefined();
	meter.see(0, 0);
	meter.see(10_000, 100);
	for (let s = 11; s <= 20; s++) meter.see(s * 1000, 100 + (s - 10) * 1000);
	expect(meter.rate).toBeCloseTo(1000);
	expect(meter.seconds_left(12_100)).toBeCloseTo(2);
});
test('nothing moving has no end', () => {
	const meter = new RateMeter();
	meter.see(0, 5);
	meter.see(1000, 5);
	expect(meter.seconds_left(10)).toBeUndefined();
});
test('a file name says its format', () => {
	expect(['a.jsonl', 'b.eml', 'archive.mbox', 'Sent'].map(guess_format)).toEqual(['jsonl', 'eml', 'mbox', 'mbox']);
	expect(['canny-posts.json', 'fider.zip', 'ideas.csv', 'roadmap.jsonl'].map(guess_format)).toEqual(['canny', 'fider', 'requests', 'roadmap']);
});
test('sizes are said in the unit people use', () => {
	expect([size_of(999), size_of(12_345), size_of(2_340_000), size_of(7e9)]).toEqual([
		{ n: 999, unit: 'bytes' },
		{ n: 12, unit: 'kb' },
		{ n: 2.3, unit: 'mb' },
		{ n: 7, unit: 'gb' }
	]);
});
