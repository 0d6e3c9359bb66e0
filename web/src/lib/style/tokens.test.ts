// The colours are promised to meet WCAG AA: this computes it from the file that the interface uses.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function read_tokens(block: string): Record<string, string> {
	return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!]));
}
const light = read_tokens(css.slice(0, css.indexOf('@media')));
const [by_system, by_choice] = [
	css.slice(css.indexOf('@media (prefers'), css.indexOf(":root[data-theme='dark']")),
	css.slice(css.indexOf(":root[data-theme='dark']"))
].map(read_tokens) as [Record<string, string>, Record<string, string>];

function luminance(hex: string): number {
	const [r, g, b] = [1, 3, 5]
		.map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
		.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
	const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
	return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ['paper', 'panel', 'sunk'];
const PAIRS: [string, string][] = [
	...['ink', 'soft', 'faint', 'celadon', 'vermilion', 'ochre'].flatMap((text) => GROUNDS.map((g): [string, string] => [text, g])),
	...['ink', 'soft', 'celadon'].map((text): [string, string] => [text, 'celadon-wash']),
	...['ink', 'soft', 'ochre'].map((text): [string, string] => [text, 'ochre-wash']),
	...['ink', 'vermilion'].map((text): [string, string] => [text, 'vermilion-wash']),
	['ink', 'mark'],
	['on-celadon', 'celadon']
];

describe.each([
	['light', light],
	['dark', by_choice]
])('%s', (_, tokens) => {
	test.each(PAIRS)('%s is readable on %s', (text, ground) => {
		expect(contrast(tokens[text]!, tokens[ground]!)).toBeGreaterThanOrEqual(4.5);
	});
	test('the edge of a control is seen on every ground', () => {
		for (const ground of GROUNDS) expect(contrast(tokens['edge']!, tokens[ground]!)).toBeGreaterThanOrEqual(3);
	});
});

test('the dark theme is the same whether the system or the person asks for it', () => {
	expect(by_system).toEqual(by_choice);
});
