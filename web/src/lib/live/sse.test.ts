import { expect, test } from 'vitest';
import { SseReader, type Frame } from './sse';

function read(pieces: string[]) {
	const frames: Frame[] = [];
	let pings = 0;
	const reader = new SseReader(
		(f) => frames.push(f),
		() => pings++
	);
	for (const piece of pieces) reader.feed(piece);
	return { frames, pings };
}

const STREAM = 'id: 7\nevent: tagging.applied\ndata: {"tag":"tag_1"}\n\n: ping\n\nid: 8\r\nevent: reset\r\ndata: {}\r\n\r\n';
const FRAMES = [
	{ id: '7', event: 'tagging.applied', data: '{"tag":"tag_1"}' },
	{ id: '8', event: 'reset', data: '{}' }
];

test('events and pings are read, with either line ending', () => {
	expect(read([STREAM])).toEqual({ frames: FRAMES, pings: 1 });
});

test('a stream cut anywhere reads the same', () => {
	for (let i = 0; i <= STREAM.length; i++)
		expect(read([STREAM.slice(0, i), STREAM.slice(i)])).toEqual({ frames: FRAMES, pings: 1 });
	expect(read([...STREAM])).toEqual({ frames: FRAMES, pings: 1 });
});

test('data of several lines is joined, an event without its blank line is not told', () => {
	expect(read(['data: a\ndata: b\n\ndata: half\n']).frames).toEqual([{ id: undefined, event: 'message', data: 'a\nb' }]);
});
