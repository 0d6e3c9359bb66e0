// The calls of this room.
import { at, del, get, patch, post, post_raw } from '$lib/api/client';
import type { AccountRef, EmotionWeek, Money, Page, PersonRef, TableReport, TeamRef, Touch } from '$lib/api/types';

export type Noun = 'persons' | 'teams' | 'accounts';
export type PersonRow = {
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
};
export type Identity = { kind: string; value: string; proof: string; source: string };
export type PersonWhole = PersonRow & {
	external_id: string | null;
	source: string | null;
	identities: Identity[];
	merged_from: { merge: number; person: PersonRef; at: string }[];
	erased: boolean;
	rev: number;
};
export type TeamRow = {
	id: string;
	name: string;
	external_id: string | null;
	source: string | null;
	account: AccountRef | null;
	plan: string | null;
	seats_paid: number | null;
	seats_active: number | null;
	members: number;
	last_seen_at: string | null;
};
export type FactRow = { name: string; value: string; source: string; valid_from: string };
export type TeamWhole = TeamRow & { facts: FactRow[]; rev: number };
export type AccountRow = {
	id: string;
	name: string;
	domain: string | null;
	external_id: string | null;
	source: string | null;
	plan: string | null;
	value: Money | null;
	value_band: string | null;
	employees: number | null;
	teams: number;
	persons: number;
	last_seen_at: string | null;
};
export type AccountWhole = AccountRow & { facts: FactRow[]; team_list: TeamRow[]; rev: number };
export type Proposal = { domain: string; persons: number; proposed_at: string; account: AccountRef | null };
export type PersonEdit = Partial<{ name: string; role: string; email: string; language: string; team: string; account: string }>;
type Query = Record<string, string | number | null | undefined>;

export type Segments = Record<'plans' | 'value_bands', { key: string; accounts: number }[]>;
export const get_account_segments = () => get<Segments>('/api/account-segments');
export const list_people = <T>(noun: Noun, query: Query, signal?: AbortSignal) => get<Page<T>>(`/api/${noun}`, query, signal);
export const get_one = <T>(noun: Noun, id: string, signal?: AbortSignal) => get<T>(`/api/${noun}/${encodeURIComponent(id)}`, {}, signal);
export const list_timeline = (noun: Noun, id: string, query: Query, signal?: AbortSignal) => get<Page<Touch>>(`/api/${noun}/${encodeURIComponent(id)}/timeline`, query, signal);
export const list_emotions = (of: Query, signal?: AbortSignal) => get<{ items: EmotionWeek[] }>('/api/emotions', of, signal);
export const create_person = (edit: PersonEdit) => post<PersonWhole>('/api/persons', edit);
export const change_person = (id: string, edit: PersonEdit, rev: number) => patch<PersonWhole>(at`/api/persons/${id}`, edit, rev);
export const merge = (noun: Noun, id: string, into: string) => post<{ merge: number }>(`/api/${noun}/${encodeURIComponent(id)}/merge`, { into });
export const undo_merge = (merge: number) => post(at`/api/merges/${merge}/undo`);
export const list_proposals = (signal?: AbortSignal) => get<{ items: Proposal[] }>('/api/account-proposals', {}, signal);
export const decide_proposal = (domain: string, decision: 'accept' | 'decline', name?: string) =>
	post<{ account: string | null }>(at`/api/account-proposals/${domain}`, { decision, ...(name ? { name } : {}) });
export const import_people = (kind: Noun, table: Blob) => post_raw<TableReport>('/api/people/import', { body: table, type: 'text/csv' }, { kind });

export const ALLOWED = ['news', 'quotes', 'ambassador', 'questions'] as const;
export type Allowed = (typeof ALLOWED)[number];
export type Consents = Record<Allowed, boolean> & { items: { id: string; kind: Allowed; given: boolean; source: string; said_at: string; recorded_by: string }[] };
export const list_consents = (id: string, signal?: AbortSignal) => get<Consents>(at`/api/persons/${id}/consents`, {}, signal);
export const record_consent = (id: string, said: { kind: Allowed; given: boolean; source: string }) => post<Consents>(at`/api/persons/${id}/consents`, said);
export const erase_person = (id: string) => post<{ entries: number }>(at`/api/persons/${id}/erase`);
export const export_address = (id: string, form: 'json' | 'mbox') => at`/api/export/persons/${id}/person.${form}`;
export type BlockedSender = { id: string; kind: 'address' | 'domain'; sender: string; why: string | null; blocked_at: string; blocked_by: string };
export const list_blocked = (signal?: AbortSignal) => get<{ items: BlockedSender[] }>('/api/blocked-senders', {}, signal);
export const block_sender = (sender: string, why?: string) => post<BlockedSender>('/api/blocked-senders', { sender, ...(why ? { why } : {}) });
export const unblock_sender = (id: string) => del(at`/api/blocked-senders/${id}`);

export const PATH: Record<Noun, string> = { persons: '/people', teams: '/teams', accounts: '/accounts' };
