// What an answer by mail is made of: addresses as people type them, and an answer that is nothing but a link.
import type { Receiver } from '$lib/api/types';

/** `김민지 <minji@example.com>, a@example.com` as it is typed; what has no @ stays, so that it can be corrected. */
export function read_receivers(text: string): Receiver[] {
	return split_outside_quotes(text).map((part) => {
		const named = /^(.*?)\s*<([^<>]*)>$/.exec(part);
		if (!named) return { address: part, name: null };
		const name = named[1]!.trim().replace(/^"(.*)"$/, '$1').replace(/\\(.)/g, '$1');
		return { address: named[2]!.trim(), name: name || null };
	});
}

function split_outside_quotes(text: string): string[] {
	const parts: string[] = [];
	let part = '';
	let quoted = false;
	for (const c of text) {
		if (c === '"') quoted = !quoted;
		// The comma of East Asian keyboards counts too.
		if (!quoted && /[,;\n，、；]/.test(c)) {
			parts.push(part);
			part = '';
		} else part += c;
	}
	return [...parts, part].map((p) => p.trim()).filter(Boolean);
}

export function write_receivers(all: readonly Receiver[]): string {
	return all.map((one) => (one.name ? `${/[",;<>，、；]/.test(one.name) ? `"${one.name.replace(/["\\]/g, '\\$&')}"` : one.name} <${one.address}>` : one.address)).join(', ');
}

/** Only what is said to the server: an address and a name. */
export const plain = (all: readonly Receiver[]): Receiver[] => all.map(({ address, name }) => ({ address, name }));

/** Good enough to be sent; the server looks more closely. */
export const is_address = (address: string): boolean => /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(address);

const LINK = /(?:https?:\/\/|www\.)\S+/gi;
/** Letters of a greeting around a link, which make it no more of an answer. */
const GREETING = 25;

/** An answer that sends somebody elsewhere and asks nothing. */
export function is_only_link(text: string): boolean {
	if (!text.match(LINK)) return false;
	const rest = text.replace(LINK, ' ');
	return !/[?？]/.test(rest) && [...rest].filter((c) => /\p{L}/u.test(c)).length <= GREETING;
}

/** Pictures that are pasted have no name of their own (or all the same one): they are called after the moment. */
export function name_of_pasted(file: Pick<File, 'name' | 'type'>, what: string, at: Date): string {
	if (file.name && !/^image\.\w+$/.test(file.name)) return file.name;
	const ending = /^image\/(\w+)/.exec(file.type)?.[1]?.replace('jpeg', 'jpg') ?? 'png';
	const two = (n: number) => String(n).padStart(2, '0');
	return `${what} ${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}.${ending}`;
}

/** Words of somebody else as an answer quotes them. */
export const quote_lines = (words: string): string =>
	words
		.trim()
		.split('\n')
		.map((line) => (line.trim() ? `> ${line.trimEnd()}` : '>'))
		.join('\n');

/** A text with words put in as paragraphs of their own, and where to write on behind them. */
export function put_in(text: string, words: string, from: number, to = from): { text: string; at: number } {
	const before = text.slice(0, from).trimEnd();
	const after = text.slice(to).trimStart();
	const put = before ? `${before}\n\n${words}` : words;
	const head = after ? `${put.trimEnd()}\n\n` : put;
	return { text: head + after, at: head.length };
}
