// Offsets travel in Unicode scalars; the browser counts UTF-16 units. Texts without surrogates are the same in both.

/** How many scalars the first `units` UTF-16 units of a text are. A place inside a pair counts as before it. */
export function scalars_before(text: string, units: number): number {
	let n = 0;
	for (let i = 0; i < units && i < text.length; n++) {
		const pair = is_pair(text, i);
		if (pair && i + 1 >= units) break;
		i += pair ? 2 : 1;
	}
	return n;
}

/** Where in UTF-16 units the scalar number `scalars` begins; the end of the text when there are fewer. */
export function units_before(text: string, scalars: number): number {
	let i = 0;
	for (let n = 0; n < scalars && i < text.length; n++) i += is_pair(text, i) ? 2 : 1;
	return i;
}

function is_pair(text: string, i: number): boolean {
	const high = text.charCodeAt(i);
	if (high < 0xd800 || high > 0xdbff) return false;
	const low = text.charCodeAt(i + 1);
	return low >= 0xdc00 && low <= 0xdfff;
}

/** Without white space at either end, which nobody means when they drag over a sentence. */
export function trim_range(text: string, start: number, end: number): [number, number] {
	while (start < end && /\s/.test(text[start]!)) start++;
	while (end > start && /\s/.test(text[end - 1]!)) end--;
	return [start, end];
}

/** The text offset (UTF-16) of a place in the page, inside the lines that `EntryText` draws; undefined outside of them. */
function offset_of(node: Node, within: number, root: Element): number | undefined {
	const element = node instanceof Element ? node : node.parentElement;
	const line = element?.closest<HTMLElement>('[data-at]');
	if (!line || !root.contains(line)) {
		// A selection that ends between lines (a triple click does) means the end or beginning of the nearest one.
		if (!(node instanceof Element)) return undefined;
		const after = node.childNodes[within];
		const next = after instanceof HTMLElement ? (after.matches('[data-at]') ? after : after.querySelector<HTMLElement>('[data-at]')) : null;
		return next ? Number(next.dataset['at']) : undefined;
	}
	const range = document.createRange();
	range.setStart(line, 0);
	range.setEnd(node, within);
	// Words beside the text (who tagged it) are no part of it.
	const piece = range.cloneContents();
	piece.querySelectorAll('[data-aside]').forEach((aside) => aside.remove());
	return Number(line.dataset['at']) + (piece.textContent?.length ?? 0);
}

/** The place in the page of a text offset (UTF-16), inside the lines that `EntryText` draws; undefined where it is folded away. */
export function place_of(root: HTMLElement, offset: number): { node: Text; within: number } | undefined {
	const line = [...root.querySelectorAll<HTMLElement>('[data-at]')].findLast((l) => Number(l.dataset['at']) <= offset);
	let left = offset - Number(line?.dataset['at'] ?? 0);
	const texts = line && document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
	while (texts?.nextNode()) {
		const node = texts.currentNode as Text;
		if (left <= node.length) return { node, within: left };
		left -= node.length;
	}
	return undefined;
}

export type Chosen = { entry: string; start: number; end: number; quote: string };

/** What is selected in an entry, in scalars, trimmed; undefined when nothing is, or when it spans several entries. */
export function find_chosen(texts: (entry: string) => string | undefined): Chosen | undefined {
	const selection = window.getSelection();
	if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
	const range = selection.getRangeAt(0);
	const root_of = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>('[data-entry]');
	const root = root_of(range.startContainer);
	if (!root) return undefined;
	const entry = root.dataset['entry']!;
	const text = texts(entry);
	if (text === undefined) return undefined;
	const from = offset_of(range.startContainer, range.startOffset, root);
	const same = root_of(range.endContainer) === root;
	const to = same ? offset_of(range.endContainer, range.endOffset, root) : text.length;
	if (from === undefined || to === undefined) return undefined;
	const [start, end] = trim_range(text, Math.min(from, to), Math.max(from, to));
	if (start === end) return undefined;
	return { entry, start: scalars_before(text, start), end: scalars_before(text, end), quote: text.slice(start, end) };
}
