// What the API says, in the interface's words. Times are RFC 3339, ids are prefixed strings, offsets are Unicode scalars.

/** A text in both languages; either may be missing. */
export type Both = { ko?: string | null; en?: string | null };
export type Role = 'owner' | 'admin' | 'curator' | 'agent' | 'viewer';
export type Right =
	| 'read'
	| 'tag'
	| 'answer'
	| 'edit_people'
	| 'propose_tag'
	| 'curate'
	| 'plan'
	| 'import'
	| 'export'
	| 'manage_staff'
	| 'configure'
	| 'see_small_counts'
	| 'read_audit';
export type Kind = 'request' | 'bug' | 'question' | 'praise' | 'confusion' | 'leaving';
export const KINDS: readonly Kind[] = ['request', 'bug', 'question', 'praise', 'confusion', 'leaving'];

export type Page<T> = { items: T[]; next: string | null };

// staff
export type Prefs = { single_keys?: boolean; keys?: Record<string, string>; theme?: string; panes?: Record<string, number>; [key: string]: unknown };
export type Me = {
	id: string;
	name: string;
	email: string;
	role: Role;
	ui: 'ko' | 'en';
	rights: Right[];
	prefs: Prefs;
	company: string;
	zone: string;
	languages: string[];
	reporting_currency: string;
	via: string;
};
export type Setup = { needs_owner: boolean; company?: string | null; languages: string[] };
export type StaffMember = { id: string; name: string; email: string; role: Role; ui: string; teams: string[]; last_seen_at: string | null; removed: boolean };

// people
export type PersonRef = { id: string; name: string | null; role?: string | null; email?: string | null };
export type TeamRef = { id: string; name: string | null };
export type AccountRef = { id: string; name: string | null; plan?: string | null };
export type Money = { minor: number; currency: string };
export type OpenAsk = { item: string; title: Both; status: string; conversations: number; accounts?: number };
export type Person = {
	id: string;
	name: string | null;
	email: string | null;
	role: string | null;
	language: string | null;
	team: TeamRef | null;
	account: AccountRef | null;
	first_seen_at: string | null;
	last_seen_at: string | null;
	conversations: number;
	identities?: { kind: string; value: string; proof: string; source: string }[];
	open_asks?: OpenAsk[];
	rev: number;
};
export type Fact = { name: string; value: string | number; source: string; valid_from: string };
export type Team = {
	id: string;
	name: string | null;
	external_id: string | null;
	account: AccountRef | null;
	plan: string | null;
	seats_paid: number | null;
	seats_active: number | null;
	members: number;
	facts: Fact[];
	last_seen_at: string | null;
	rev: number;
};
export type Account = {
	id: string;
	name: string | null;
	domain: string | null;
	plan: string | null;
	value: Money | null;
	value_band: string | null;
	employees: number | null;
	teams: TeamRef[] | number;
	persons: number;
	facts?: Fact[];
	last_seen_at: string | null;
	rev: number;
};
export type Touch = { at: string; room: string; kind: string; subject: string | null; summary: string; person: PersonRef | null };

// conversations
export type TagState = 'untagged' | 'nothing' | 'tagged';
export type TagOn = { id: string; path: string; label: Both; kinds: string[] };
export type ConversationRow = {
	id: string;
	external_id: string | null;
	source: string;
	channel: string;
	subject: string | null;
	status: 'open' | 'closed' | string;
	preview: string | null;
	last_said_by: 'person' | 'staff' | string | null;
	unread: boolean;
	person: PersonRef | null;
	team: TeamRef | null;
	account: AccountRef | null;
	assignee: { id: string; name: string } | null;
	staff_team: string | null;
	snoozed_until: string | null;
	promised_at: string | null;
	language: string | null;
	opened_at: string;
	last_entry_at: string;
	waiting_since: string | null;
	entries: number;
	tag_state: TagState;
	tags: TagOn[];
	door: { id: string; name: string } | null;
	emotion: ConversationEmotion | null;
};
/** From −2, very bad, to +2, very good. */
export type ConversationEmotion = { start: number; end: number; worst: number; best: number; last: Emotion | null };
export type Emotion = 'anger' | 'annoyance' | 'disappointment' | 'confusion' | 'relief' | 'gratitude' | 'delight';
/** As it stands: what a person says, else what was read. */
export type EntryEmotion = {
	valence: number;
	emotion: Emotion | null;
	words: Span[];
	read: { valence: number; emotion: Emotion | null };
	said: { origin: 'corrected' | 'asked'; by: { id: string; name: string } | null; name: string | null; at: string } | null;
};
export type EmotionsInWeek = { n: number; negative: number; neutral: number; positive: number; mean: number };
export type EmotionWeek = { week: string; start: string; end: string; read: EmotionsInWeek; said: EmotionsInWeek | null };
export type Span = [number, number];
export type Attachment = { name: string; mime: string; bytes: number; url: string };
export type Entry = {
	id: string;
	external_id: string | null;
	kind: 'message' | 'note' | 'event';
	author: 'person' | 'staff' | 'external' | 'machine';
	person: PersonRef | null;
	staff: { id: string; name: string } | null;
	name: string | null;
	at: string;
	language: string | null;
	text: string;
	rev: number;
	quoted: Span[];
	signature: Span | null;
	has_original: boolean;
	attachments: Attachment[];
	emotion: EntryEmotion | null;
	deliveries: Delivery[];
	held_until: string | null;
};
/** One address an entry goes to, and what became of it. */
export type Delivery = {
	position: number;
	role: 'to' | 'cc' | 'bcc';
	name: string | null;
	address: string;
	state: 'queued' | 'sending' | 'sent' | 'failed' | 'bounced' | 'resting' | 'taken_back';
	attempts: number;
	due_at: string | null;
	at: string;
	answer: string | null;
};
export type Receiver = { address: string; name: string | null };
type KnownReceiver = Receiver & { rests: { answer: string; since: string } | null };
/** By which mailbox a conversation is answered, and to whom. */
export type Answering = { senders: { door: string; name: string; address: string; signature: string }[]; to: KnownReceiver[]; cc: KnownReceiver[]; subject: string };
/** What is absent is as the conversation says. */
export type DraftEnvelope = { door?: string | null; to?: Receiver[] | null; cc?: Receiver[] | null; bcc?: Receiver[] | null; subject?: string | null; seen?: string | null; quotes?: boolean };
export type DraftFile = { id: string; name: string; mime: string; bytes: number; url: string };
export type Draft = { kind: 'reply' | 'note'; rev: number; text: string; envelope: DraftEnvelope; at: string };
export type Passage = { id: string; entry: string; start: number; end: number; quote: string };
export type Conversation = Omit<ConversationRow, 'entries'> & {
	attributes: Record<string, unknown>;
	participants: { role: string; name: string | null; person?: PersonRef | null; staff?: { id: string; name: string } | null }[];
	entries: Entry[];
	passages: Passage[];
	purpose: string | null;
	about: { room: string; id: string; anchor?: string | null } | null;
	earlier?: string | null;
	rev: number;
};
export type Capped = number | { n: number; more: boolean };
export type ViewCounts = Partial<Record<'all' | 'mine' | 'unassigned' | 'team' | 'untagged' | 'waiting' | 'snoozed', Capped>>;
export type Door = { id: string; kind: string; name: string; visibility: string };
export type Hit = {
	id: string;
	external_id: string | null;
	entry_id: string;
	subject: string | null;
	person: PersonRef | null;
	at: string;
	snippet: { text: string; marks: Span[] };
	score: number;
};
/** What search finds in a room, at most five of each. */
export type RoomHits = {
	conversations: { id: string; title: string | null; snippet: string; marks: Span[] }[];
	persons: { id: string; name: string }[];
	teams: { id: string; name: string }[];
	accounts: { id: string; name: string }[];
	tags: { id: string; path: string; label: Both }[];
	items: { id: string; title: Both }[];
};

// tagging
export type TagStateInTree = 'active' | 'imported' | 'proposed' | 'retired' | string;
export type Tag = {
	id: string;
	parent: string | null;
	path: string;
	label: Both;
	aliases: { ko?: string[] | null; en?: string[] | null };
	definition: Both;
	use: Both;
	not_for: Both;
	state: TagStateInTree;
	n30: number;
	n30_subtree: number;
	rev: number;
};
export type Tagging = {
	id: string;
	tag: string;
	kind: Kind | null;
	passage: Passage | null;
	origin: string;
	by: { id: string; name: string } | null;
	tagged_at: string;
};
export type Taggings = { items: Tagging[]; nothing: { id: string } | null };
export type Suggestion = {
	tag: string;
	score: number;
	reasons: { entry: string; start: number; end: number }[];
	why: 'label' | 'definition' | 'learned';
	/** Conversations it was learned from; not told where some are hidden. */
	examples: number | null;
};
/** `hidden`: nothing is shown here on purpose, so that suggestions can be measured without their own influence. */
export type Suggestions = { items: Suggestion[]; none_fits: boolean; none_score: number; hidden: boolean };
/** An earlier conversation like this one, with what was answered. */
export type Similar = {
	conversation: string;
	subject: string | null;
	channel: string;
	opened_at: string;
	person: PersonRef | null;
	account: AccountRef | null;
	similarity: number;
	asked: string;
	answer: { entry: string; by: { id: string; name: string } | null; name: string | null; at: string; text: string };
	tags: string[];
};
/** A share with its 95 % interval; none for fewer than ten cases. */
export type MeasuredShare = { value: number; low: number; high: number };
export type SuggestionGroup = { arm: 'shown' | 'unbiased'; by: string; key: string; n: number; first_right: MeasuredShare | null; among_three: MeasuredShare | null; found_of_five: MeasuredShare | null };
export type SuggestionReport = {
	from: string;
	to: string;
	groups: SuggestionGroup[];
	nothing: { arm: 'shown' | 'unbiased'; n: number; said_so: number }[];
	learned: number;
	waiting: number;
	unsuggested_share: number;
};
export type PassageIn = { entry_id: string; start: number; end: number; quote: string };
export type Numbers = { conversations: number; persons: number; teams: number; accounts: number };

/** What a table brought in; `reason` is the key of its words. */
export type TableReport = { read: number; created?: number; imported?: number; updated: number; unchanged?: number; skipped: { item: string; reason: string; text: string }[]; unknown: { column: string; text: string }[] };
