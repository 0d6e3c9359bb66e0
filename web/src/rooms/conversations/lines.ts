// Cuts an entry's text into what is drawn: folded parts, lines, and runs within a line that are marked, underlined or links.
// Pure. Ranges come in scalars from the API and leave as UTF-16.
import type { Span } from '$lib/api/types';
import { units_before } from './offsets';

export type Mark = { id: string; start: number; end: number };
export type Run = { text: string; marks: string[]; hinted: boolean; link?: string };
export type Line = { at: number; runs: Run[]; ends: string[] };
/** `fold` is what hides this part until it is asked for. */
export type Part = { fold: 'quoted' | 'signature' | undefined; lines: Line[] };
export type Shown = { text: string; quoted: Span[]; signature: Span | null; marks: Mark[]; hints: Span[] };

const LINK = /\bhttps?:\/\/[^\s<>"'“”‘’]+[^\s<>"'“”‘’.,;:!?)\]}]/g;

function to_units(text: string, [start, end]: readonly [number, number]): [number, number] {
	return [units_before(text, start), units_before(text, end)];
}

/** Folds as ordered ranges that do not overlap. */
function order_folds(text: string, quoted: Span[], signature: Span | null): { start: number; end: number; fold: Part['fold'] }[] {
	const all = [
		...quoted.map((q) => ({ span: to_units(text, q), fold: 'quoted' as const })),
		...(signature ? [{ span: to_units(text, signature), fold: 'signature' as const }] : [])
	].sort((a, b) => a.span[0] - b.span[0]);
	const ordered: { start: number; end: number; fold: Part['fold'] }[] = [];
	for (const { span, fold } of all) {
		const start = Math.max(span[0], ordered.at(-1)?.end ?? 0);
		if (span[1] > start) ordered.push({ start, end: span[1], fold });
	}
	return ordered;
}

/** The text as parts of lines. A fold that holds a passage is opened: evidence is never hidden. */
export function cut_text({ text, quoted, signature, marks, hints }: Shown): Part[] {
	const marked = marks.map((m) => ({ id: m.id, span: to_units(text, [m.start, m.end]) }));
	const hinted = hints.map((h) => to_units(text, h));
	const links = [...text.matchAll(LINK)].map((m) => ({ span: [m.index, m.index + m[0].length] as [number, number], href: m[0] }));
	const folds = order_folds(text, quoted, signature).filter((f) => !marked.some((m) => m.span[0] < f.end && m.span[1] > f.start));
	const parts: Part[] = [];
	let at = 0;
	const add = (start: number, end: number, fold: Part['fold']) => {
		if (end <= start) return;
		const lines = cut_lines(text, start, end, marked, hinted, links);
		// A part of nothing but empty lines says nothing, and a fold of them hides nothing.
		if (lines.some((l) => l.runs.length)) parts.push({ fold, lines: trim_lines(lines) });
	};
	for (const fold of folds) {
		add(at, fold.start, undefined);
		add(fold.start, fold.end, fold.fold);
		at = fold.end;
	}
	add(at, text.length, undefined);
	return parts;
}

function trim_lines(lines: Line[]): Line[] {
	const first = lines.findIndex((l) => l.runs.length);
	const last = lines.findLastIndex((l) => l.runs.length);
	return lines.slice(first, last + 1);
}

type Marked = { id: string; span: [number, number] };
type Linked = { span: [number, number]; href: string };

function cut_lines(text: string, start: number, end: number, marks: Marked[], hints: [number, number][], links: Linked[]): Line[] {
	const lines: Line[] = [];
	for (let at = start; at <= end; ) {
		const newline = text.indexOf('\n', at);
		const stop = newline < 0 || newline >= end ? end : newline;
		lines.push({
			at,
			runs: cut_runs(text, at, stop, marks, hints, links),
			ends: marks.filter((m) => m.span[1] > at && m.span[1] <= stop).map((m) => m.id)
		});
		if (stop === end) break;
		at = stop + 1;
	}
	return lines;
}

function cut_runs(text: string, start: number, end: number, marks: Marked[], hints: [number, number][], links: Linked[]): Run[] {
	const near = (span: readonly [number, number]) => span[0] < end && span[1] > start;
	const here = { marks: marks.filter((m) => near(m.span)), hints: hints.filter(near), links: links.filter((l) => near(l.span)) };
	const cuts = new Set([start, end]);
	for (const span of [...here.marks.map((m) => m.span), ...here.hints, ...here.links.map((l) => l.span)])
		for (const cut of span) if (cut > start && cut < end) cuts.add(cut);
	const sorted = [...cuts].sort((a, b) => a - b);
	const covers = (span: readonly [number, number], from: number, to: number) => span[0] <= from && span[1] >= to;
	return sorted.slice(0, -1).map((from, i) => {
		const to = sorted[i + 1]!;
		const link = here.links.find((l) => covers(l.span, from, to))?.href;
		return {
			text: text.slice(from, to),
			marks: here.marks.filter((m) => covers(m.span, from, to)).map((m) => m.id),
			hinted: here.hints.some((h) => covers(h, from, to)),
			...(link ? { link } : {})
		};
	});
}
