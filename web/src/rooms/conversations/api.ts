// The calls of this room.
import { at, del, get, patch, post, post_raw, put } from '$lib/api/client';
import type { Answering, Conversation, ConversationRow, Door, Draft, DraftEnvelope, DraftFile, Entry, Hit, Page, PersonRef, Receiver, RoomHits, StaffMember } from '$lib/api/types';
import type { SavedView } from '$lib/ui/saved_view';

export const VIEWS = ['mine', 'team', 'unassigned', 'waiting', 'untagged', 'snoozed', 'all', 'closed', 'blocked'] as const;
export type View = (typeof VIEWS)[number];
export const SORTS = ['turn', 'waiting', 'newest', 'value', 'worst'] as const;
export type Sort = (typeof SORTS)[number];
export const CHANNELS = ['email', 'chat', 'call', 'form', 'survey', 'interview', 'workshop', 'docs', 'community', 'social', 'api'] as const;
/** What the list is narrowed by, besides view and sorting. */
export const FILTERS = ['staff_team', 'assignee', 'door', 'channel', 'language', 'emotion', 'tag', 'person', 'team', 'account', 'source', 'q', 'from', 'to'] as const;

export const list_conversations = (query: Record<string, string | number | null>, signal?: AbortSignal) =>
	get<Page<ConversationRow>>('/api/conversations', query, signal);
export const get_conversation = (id: string, signal?: AbortSignal, entries_before?: string) =>
	get<Conversation>(at`/api/conversations/${id}`, { entries_before }, signal);
export const list_doors = (signal?: AbortSignal) => get<{ items: Door[] }>('/api/doors', {}, signal);
export const list_staff = (signal?: AbortSignal) => get<{ items: StaffMember[] }>('/api/staff', {}, signal);
export const add_note = (id: string, text: string, key: string) => post<Entry>(at`/api/conversations/${id}/notes`, { text }, { idempotency_key: key });
export const get_answering = (id: string) => get<Answering>(at`/api/conversations/${id}/answering`);
export type ReplyIn = { text: string; to: Receiver[]; cc: Receiver[]; bcc: Receiver[]; door: string | null; subject: string | null; seen: string | null; files: string[]; quotes: boolean };
export const send_reply = (id: string, reply: ReplyIn, key: string) => post<Entry>(at`/api/conversations/${id}/replies`, reply, { idempotency_key: key });
export const take_back_reply = (entry: string) => post(at`/api/entries/${entry}/take_back`, {});
export const send_again = (entry: string, position: number) => post<Entry>(at`/api/entries/${entry}/deliveries/${position}/send`, {});
export const list_drafts = (id: string) => get<{ items: Draft[]; files: DraftFile[] }>(at`/api/conversations/${id}/drafts`);
export const add_draft_file = (conversation: string, file: File, name: string) => post_raw<DraftFile>('/api/draft_files', { body: file, type: 'application/octet-stream' }, { conversation, name });
export const remove_draft_file = (id: string) => del(at`/api/draft_files/${id}`);
export const keep_draft = (id: string, kind: 'reply' | 'note', draft: { rev: number; text: string; envelope: DraftEnvelope }) => put<{ rev: number }>(at`/api/conversations/${id}/drafts/${kind}`, draft);
export const mark_read = (id: string) => post(at`/api/conversations/${id}/read`);
export const original_url = (entry: string, pictures = false) => at`/api/entries/${entry}/original` + (pictures ? '?pictures=true' : '');
/** How many pictures of a mail stand on other computers. */
export async function count_remote_pictures(entry: string): Promise<number> {
	const answer = await fetch(original_url(entry));
	return answer.ok ? (await answer.text()).split('data-remote-src="').length - 1 : 0;
}
export const search_conversations = (q: string, cursor: string | null, limit: number, signal?: AbortSignal) =>
	get<Page<Hit> & { ranked_newest: number | null }>('/api/search', { q, room: 'conversations', cursor, limit }, signal);
export const search_rooms = (q: string, signal?: AbortSignal) => get<RoomHits>('/api/search/rooms', { q }, signal);

export type Change = { assignee?: string | null; staff_team?: string | null; snoozed_until?: string | null; status?: 'open' | 'closed'; purpose?: string | null; subject?: string };
export const change_conversation = (id: string, change: Change, rev: number) => patch<Conversation>(at`/api/conversations/${id}`, change, rev);
/** The moment that words mean, in the zone of the house; null when they are not understood. */
export const read_when = (text: string, signal?: AbortSignal) => get<{ at: string | null }>('/api/when', { text }, signal);
export const count_answered = (signal?: AbortSignal) => get<{ asked: number; answered: number; days: number }>('/api/conversations/answered', {}, signal);

/** How a conversation was before it was changed with others. */
export type Before = { id: string; assignee: string | null; staff_team: string | null; status: 'open' | 'closed'; snoozed_until: string | null };
export const change_conversations = (items: { id: string; change: Change }[]) => post<{ done: Before[]; refused: { id: string; why: string }[] }>('/api/conversations/bulk', { items });

export const list_inbox_views = (signal?: AbortSignal) => get<{ items: SavedView[] }>('/api/inbox/views', {}, signal);
export const save_inbox_view = (view: { name: string; query: string; shared: boolean }) => post<SavedView>('/api/inbox/views', view);
export const share_inbox_view = (view: SavedView, shared: boolean) => patch<SavedView>(at`/api/inbox/views/${view.id}`, { shared }, view.rev);
export const delete_inbox_view = (id: string) => del(at`/api/inbox/views/${id}`);

type Staff = { id: string; name: string };
export type Notification = { id: string; at: string; kind: 'mention' | 'assigned' | 'said' | 'woke'; conversation: string; subject: string | null; person: PersonRef | null; by: Staff | null; entry: string | null; words: string; read: boolean };
export type Notifications = { items: Notification[]; unread: number };
export const list_notifications = (signal?: AbortSignal) => get<Notifications>('/api/notifications', {}, signal);
export const read_notifications = (until: string, conversation?: string) => post('/api/notifications/read', { until, conversation });

export type Doing = 'reading' | 'writing';
export type Presence = { staff: Staff; doing: Doing; until: string };
export const list_presence = (id: string, signal?: AbortSignal) => get<{ items: Presence[] }>(at`/api/conversations/${id}/presence`, {}, signal);
export const say_presence = (id: string, doing: Doing | null) => put<{ items: Presence[] }>(at`/api/conversations/${id}/presence`, { doing });

/** A prepared answer, filled for one conversation. */
export type FilledMacro = { id: string; name: string; text: string };
export const fill_macros = (id: string, signal?: AbortSignal) => get<{ items: FilledMacro[] }>(at`/api/conversations/${id}/macros`, {}, signal);

type Contact = { conversation: string; subject: string | null; at: string; by: Staff | null; name: string | null; words: string; messages: number };
export type Contacts = { days: number; departments: { name: string | null; contacts: Contact[] }[]; uncoordinated: string[] };
export const list_contacts = (of: { account?: string; person?: string }, signal?: AbortSignal) => get<Contacts>('/api/contacts', of, signal);

type Parted = { id: string; conversation: { id: string } };
export const join_conversation = (id: string, into: string) => post<Parted>(at`/api/conversations/${id}/join`, { into });
export const part_conversation = (id: string, entry: string, subject?: string) => post<Parted>(at`/api/conversations/${id}/part`, { entry, subject });
export const undo_parting = (id: string) => post<{ id: string }>(at`/api/partings/${id}/undo`);

type SignatureFault =
	'altered_body' | 'altered_header' | 'partial_body' | 'doubled_field' | 'weak' | 'expired' | 'no_key' | 'revoked' | 'testing' | 'malformed' | 'unreachable';
/** What a mail says beside its words. */
export type Mail = {
	entry: string;
	subject: string | null;
	from: string | null;
	to: { name: string | null; email: string }[];
	cc: { name: string | null; email: string }[];
	dkim: string | null;
	dkim_domain: string | null;
	/** As we checked them ourselves; null where nobody let us ask for keys. */
	signatures: { domain: string; selector: string; result: string; why: SignatureFault | null }[] | null;
	/** Whether the domain of the sender stands for it. */
	proven: boolean;
	spf: string | null;
	dmarc: string | null;
	machine: 'auto_reply' | 'generated' | 'list' | 'bounce' | 'delayed' | 'unreadable' | null;
	list_id: string | null;
	offers_split: boolean;
};
export const list_mails = (id: string, signal?: AbortSignal) => get<{ items: Mail[] }>(at`/api/conversations/${id}/mails`, {}, signal);
