// What a person does with tags, as facts to be sent; and how a conversation's tags look while they are on their way.
import type { Kind, PassageIn, Tagging, Taggings } from '$lib/api/types';
import type { Job } from '$lib/api/queue';

/** `tagging` may be the key of a job that made it and is not sent yet. */
export type TagOp =
	| { do: 'tag'; conversation: string; tag: string; kind?: Kind | null; passage?: PassageIn; suggested?: boolean }
	| { do: 'untag'; conversation: string; tagging: string }
	| { do: 'kind'; conversation: string; tagging: string; kind: Kind | null }
	| { do: 'nothing'; conversation: string }
	| { do: 'something'; conversation: string };

/** A tagging as shown: `waiting` until the server has it. */
export type ShownTagging = Tagging & { waiting?: boolean };
export type ShownTaggings = { items: ShownTagging[]; nothing: boolean; waiting: boolean };

const same_passage = (a: Tagging['passage'], b: PassageIn | undefined) =>
	a === null ? b === undefined : b !== undefined && a.entry === b.entry_id && a.start === b.start && a.end === b.end;

/** The same living tagging, if the conversation has it: applying it again changes nothing. */
export function find_same(items: readonly ShownTagging[], op: Extract<TagOp, { do: 'tag' }>): ShownTagging | undefined {
	return items.find((t) => t.tag === op.tag && same_passage(t.passage, op.passage) && (op.kind === undefined || t.kind === op.kind));
}

/** What the server has, changed by what still waits to be sent. `resolve` follows local keys to ids. */
export function overlay(server: Taggings | undefined, jobs: readonly Job<TagOp>[], by: Tagging['by'], resolve: (id: string) => string): ShownTaggings {
	let items: ShownTagging[] = [...(server?.items ?? [])];
	let nothing = !!server?.nothing;
	for (const { key, at, op } of jobs) {
		if (op.do === 'tag') {
			if (find_same(items, op)) continue;
			nothing = false;
			items = [
				...items,
				{
					id: key,
					tag: op.tag,
					kind: op.kind ?? null,
					passage: op.passage
						? { id: key, entry: op.passage.entry_id, start: op.passage.start, end: op.passage.end, quote: op.passage.quote }
						: null,
					origin: 'person',
					by,
					tagged_at: new Date(at).toISOString(),
					waiting: true
				}
			];
		} else if (op.do === 'untag') {
			const id = resolve(op.tagging);
			items = items.filter((t) => t.id !== id && t.id !== op.tagging);
		} else if (op.do === 'kind') {
			const id = resolve(op.tagging);
			items = items.map((t) => (t.id === id || t.id === op.tagging ? { ...t, kind: op.kind, waiting: true } : t));
		} else if (op.do === 'nothing') {
			nothing = true;
		} else {
			nothing = false;
		}
	}
	return { items, nothing, waiting: jobs.length > 0 };
}

/** The answered job put into what the server is known to have, so that nothing flickers until it is loaded again. */
export function settle(server: Taggings, op: TagOp, result: { id?: string } | Tagging | undefined, resolve: (id: string) => string, replaced?: string): Taggings {
	if (op.do === 'tag') {
		const made = result as Tagging;
		return { items: [...server.items.filter((t) => t.id !== made.id), made], nothing: null };
	}
	if (op.do === 'untag') {
		const id = resolve(op.tagging);
		return { ...server, items: server.items.filter((t) => t.id !== id && t.id !== op.tagging) };
	}
	if (op.do === 'kind') {
		const made = result as Tagging;
		const old = [op.tagging, resolve(op.tagging), replaced, made.id];
		return { ...server, items: server.items.map((t) => (old.includes(t.id) ? made : t)) };
	}
	if (op.do === 'nothing') return { ...server, nothing: { id: result?.id ?? 'nothing' } };
	return { ...server, nothing: null };
}

/** What undoes an op, given what was shown before it. `key` is the key of the op's own job. */
export function invert(op: TagOp, key: string, before: readonly ShownTagging[]): TagOp | undefined {
	const { conversation } = op;
	if (op.do === 'tag') return find_same(before, op) ? undefined : { do: 'untag', conversation, tagging: key };
	if (op.do === 'nothing') return { do: 'something', conversation };
	if (op.do === 'something') return { do: 'nothing', conversation };
	const old = before.find((t) => t.id === op.tagging);
	if (!old) return undefined;
	if (op.do === 'kind') return { do: 'kind', conversation, tagging: op.tagging, kind: old.kind };
	const passage = old.passage
		? { entry_id: old.passage.entry, start: old.passage.start, end: old.passage.end, quote: old.passage.quote }
		: undefined;
	return { do: 'tag', conversation, tag: old.tag, kind: old.kind, passage };
}
