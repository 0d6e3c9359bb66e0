// The tags of one conversation as they are shown, and what one can do with them. Every act shows at once, is kept on the
// device, is sent when it can be, and can be undone.
import { at, get } from '$lib/api/client';
import type { Job } from '$lib/api/queue';
import { list_waiting, on_written, push_write, resolve_id, type Write } from '$lib/api/queue.svelte';
import { resource, type Resource } from '$lib/api/resource.svelte';
import type { Kind, PassageIn, Suggestions, Tagging, Taggings } from '$lib/api/types';
import { t } from '$lib/i18n/index.svelte';
import { may, me } from '$lib/session.svelte';
import { say_done } from '$lib/ui/toasts.svelte';
import { tag_path } from './catalogue.svelte';
import { find_same, invert, overlay, settle, type ShownTagging, type TagOp } from './ops';

const ROOM = 'tagging';

/** How an act is sent. `{…}` is resolved when it is sent: it may name something made by an earlier act. */
function to_write(op: TagOp): Write {
	const about = { room: ROOM, id: op.conversation, op };
	const conversation = at`/api/conversations/${op.conversation}`;
	if (op.do === 'tag')
		return { method: 'POST', path: `${conversation}/taggings`, body: { tag_id: op.tag, ...(op.kind ? { kind: op.kind } : {}), ...(op.passage ? { passage: op.passage } : {}), ...(op.suggested ? { suggested: true } : {}) }, about };
	if (op.do === 'untag') return { method: 'DELETE', path: `/api/taggings/{${op.tagging}}`, missing_is_done: true, about };
	if (op.do === 'kind') return { method: 'POST', path: `/api/taggings/{${op.tagging}}/kind`, body: { kind: op.kind }, replaces: op.tagging, about };
	if (op.do === 'nothing') return { method: 'POST', path: `${conversation}/nothing`, about };
	return { method: 'DELETE', path: `${conversation}/nothing`, missing_is_done: true, about };
}

/** Sends an act for any conversation, shown or not: the list uses it for several at once. */
export function push_tag_op(op: TagOp): string {
	return push_write(to_write(op));
}

export class ThreadTags {
	/** The tagging that keys act on after it was made by keyboard; the pill takes the focus. */
	focus_on = $state<string>();
	readonly shown = $derived.by(() => overlay(this.#server.data, this.#waiting(), { id: me().id, name: me().name }, resolve_id));
	/** In the order of their digits; a digit keeps its tag while the conversation is open. */
	readonly suggestions = $derived.by(() => (this.#suggested.data?.items ?? []).slice(0, 5));
	/** Whether the suggestion is that nothing fits, and how sure that is. */
	readonly none_fits = $derived.by(() => (this.#suggested.data?.none_fits ? this.#suggested.data.none_score : undefined));
	/** Suggestions are kept back here, so that they can be measured. */
	readonly kept_back = $derived.by(() => this.#suggested.data?.hidden ?? false);
	/** Stable keys for drawing: an id that replaced another draws in its place. */
	#keys = new Map<string, string>();

	readonly conversation: () => string | undefined;
	readonly #server: Resource<Taggings>;
	readonly #suggested: Resource<Suggestions>;

	constructor(conversation: () => string | undefined, server: Resource<Taggings>, suggested: Resource<Suggestions>) {
		this.conversation = conversation;
		this.#server = server;
		this.#suggested = suggested;
	}

	get ready(): boolean {
		return this.#server.data !== undefined;
	}

	key_of(tagging: ShownTagging): string {
		return this.#keys.get(tagging.id) ?? tagging.id;
	}

	#waiting(): Job<TagOp>[] {
		const id = this.conversation();
		return id ? list_waiting(ROOM, id).map((j) => ({ key: j.key, at: j.at, op: j.op.about.op as TagOp })) : [];
	}

	/** The server answered an act: what it made takes the place of what was shown. */
	written(write: Write, key: string, answer: { id?: string } | undefined, replaced: string | undefined): void {
		if (write.about.room !== ROOM || write.about.id !== this.conversation()) return;
		const op = write.about.op as TagOp;
		if (answer?.id) {
			const before = replaced ?? key;
			this.#keys.set(answer.id, this.#keys.get(before) ?? before);
		}
		this.#server.change((data) => settle(data, op, answer, resolve_id, replaced));
	}

	#act(op: TagOp, words: string): string {
		const before = this.shown.items;
		const key = push_tag_op(op);
		const back = invert(op, key, before);
		say_done(words, back && (() => push_tag_op(back)));
		return key;
	}

	apply(tag: string, options: { passage?: PassageIn; kind?: Kind; focus?: boolean; suggested?: boolean } = {}): void {
		const conversation = this.conversation();
		if (!conversation) return;
		const op = { do: 'tag' as const, conversation, tag, kind: options.kind, passage: options.passage, suggested: options.suggested };
		const same = find_same(this.shown.items, op);
		const key = same?.id ?? this.#act(op, t(options.passage ? 'tagged-passage' : 'tagged', { tag: tag_path(tag) }));
		if (options.focus) this.focus_on = this.#keys.get(key) ?? key;
	}

	retract(tagging: ShownTagging): void {
		this.#act({ do: 'untag', conversation: this.conversation()!, tagging: tagging.id }, t('untagged', { tag: tag_path(tagging.tag) }));
	}

	/** The same kind again takes it off. */
	set_kind(tagging: ShownTagging, kind: Kind): void {
		const next = tagging.kind === kind ? null : kind;
		const words = next ? t('kind-set', { tag: tag_path(tagging.tag), kind: t(`kind-${next}`) }) : t('kind-unset', { tag: tag_path(tagging.tag) });
		this.#act({ do: 'kind', conversation: this.conversation()!, tagging: tagging.id, kind: next }, words);
	}

	/** The tagging of the whole conversation with this tag, if there is one. */
	find_whole(tag: string): ShownTagging | undefined {
		return this.shown.items.find((tagging) => tagging.tag === tag && !tagging.passage);
	}

	/** A digit puts the suggested tag on, and takes it off again. */
	toggle_suggestion(i: number, focus: boolean): void {
		const suggestion = this.suggestions[i];
		if (!suggestion) return;
		const on = this.find_whole(suggestion.tag);
		if (on) this.retract(on);
		else this.apply(suggestion.tag, { focus, suggested: true });
	}

	toggle_nothing(): void {
		const conversation = this.conversation();
		if (!conversation || this.shown.items.length) return;
		if (this.shown.nothing) this.#act({ do: 'something', conversation }, t('nothing-unset'));
		else this.#act({ do: 'nothing', conversation }, t('nothing-set'));
	}
}

/** The tags of the conversation whose id `conversation` gives, bound to the component. */
export function thread_tags(conversation: () => string | undefined): ThreadTags {
	// A batch tells only how many: it may have been this one.
	const about = ({ type, data }: { type: string; data: Record<string, unknown> }) => (type.startsWith('tagging.') && data['conversation'] === conversation()) || type === 'tagging.applied_many';
	const server = resource<Taggings>(() => {
		const id = conversation();
		return id ? { key: `taggings-${id}`, load: (signal) => get(at`/api/conversations/${id}/taggings`, {}, signal) } : undefined;
	}, about);
	const suggested = resource<Suggestions>(() => {
		const id = conversation();
		return id && may('tag') ? { key: `suggestions-${id}`, load: (signal) => get(at`/api/conversations/${id}/suggestions`, {}, signal) } : undefined;
	});
	const tags = new ThreadTags(conversation, server, suggested);
	$effect(() => on_written((write, key, answer, replaced) => tags.written(write, key, answer, replaced)));
	return tags;
}

export type { ShownTagging, Tagging };
