// The calls about where conversations go and why, and about what is learned from them.
import { at, get, patch, post } from '$lib/api/client';
import type { Both } from '$lib/api/types';

export const PURPOSES = ['buy', 'self_serve', 'help', 'partner', 'feedback'] as const;
export type Purpose = (typeof PURPOSES)[number];
/** Why somebody decides otherwise, besides another purpose. */
export const REASONS = ['language', 'contact', 'skill', 'load', 'value', 'growth', 'waiting', 'emotion'] as const;
export const KINDS = ['why', 'stakes', 'goal', 'workflow', 'workaround'] as const;
export type Kind = (typeof KINDS)[number];
export const OUTCOMES = ['solved', 'answered', 'noted', 'no_answer', 'not_ours'] as const;
export const LEARNED = ['yes', 'no', 'nothing'] as const;

export type Part = { name: 'fit' | 'value' | 'growth' | 'waiting' | 'emotion'; part: number; weight: number };
export type Route = {
	sentence: { ko: string; en: string };
	purpose: Purpose | null;
	purpose_from: 'words' | 'rule' | 'person' | 'nothing';
	sure: number;
	words: string[];
	staff_team: string | null;
	assignee: { id: string; name: string } | null;
	parts: Part[];
	has_packet: boolean;
	changes: number;
};
export type Probe = { id: string; aim: string; text: Both; asked: number; answered: number; learned: number };
export type Answer = { entry_id: string; probe: string; aim: string; kind: Kind | null; start: number; end: number; quote: string };
export type Insight = {
	id: string;
	kind: Kind;
	conversation: string;
	entry_id: string;
	quote: string;
	tags: string[];
	person: { id: string; name: string } | null;
	account: { id: string; name: string } | null;
	was_asked: boolean;
	said_at: string;
	confirmed_at: string;
};
export type ItemWords = { item: string; title: Both; kind: 'noted' | 'told'; text: Both };
export type Learning = { questions: Probe[]; answer: Answer | null; insights: Insight[]; roadmap: ItemWords[]; closing: { outcome: string | null; learned: string | null } | null };
export type Share = { n: number; of: number; share: number | null; low: number | null; high: number | null };
export type Mean = { n: number; mean: number | null; low: number | null; high: number | null };
export type Board = {
	week: { from: string; to: string };
	period: { from: string; to: string };
	reasons_new: number;
	reasons: number;
	heard: Share;
	learned: Share;
	novelty: number;
	feelings: { purpose: Purpose | null; change: Mean }[];
	promise: Share;
	rerouted: Share;
	questions: { id: string; aim: string; text: Both; answered: Share; learned: Share }[];
	accounts: { with: 'talked' | 'learned' | 'told'; kept: Share; kept_others: Share; grew: Share; grew_others: Share }[];
};

export const get_route = (id: string, signal?: AbortSignal) => get<{ route: Route | null }>(at`/api/conversations/${id}/route`, {}, signal);
export const reroute = (id: string, to: { reason: string; purpose?: Purpose }) => post<{ route: Route | null }>(at`/api/conversations/${id}/route`, to);
export const find_next = (after?: string) => get<{ conversation: string | null }>('/api/routing/next', { after });
export const get_learning = (id: string, signal?: AbortSignal) => get<Learning>(at`/api/conversations/${id}/learning`, {}, signal);
export const note_question = (id: string, probe: string, entry_id: string) => post(at`/api/conversations/${id}/questions`, { probe, entry_id });
export const note_item = (id: string, item: string, kind: string, entry_id: string) => post(at`/api/conversations/${id}/roadmap-words`, { item, kind, entry_id });
export const confirm_insight = (id: string, kind: Kind, passage: { entry_id: string; start: number; end: number; quote: string }) =>
	post<Insight>(at`/api/conversations/${id}/insights`, { kind, passage });
export type Closing = { outcome: string | null; learned: string | null };
export const say_closing = (id: string, closing: { outcome?: string; learned?: string }) => post<Closing>(at`/api/conversations/${id}/closing`, closing);
export const get_board = (signal?: AbortSignal) => get<Board>('/api/learned', {}, signal);
export const list_insights = (query: Record<string, string | undefined>, signal?: AbortSignal) => get<{ items: Insight[] }>('/api/insights', query, signal);
export type Packet = {
	why: { ko: string; en: string };
	plan: string | null;
	seats: number | null;
	seats_before: number | null;
	company_size: number | null;
	tags: { tag: string; quotes: string[] }[];
	talks: { conversation: string; words: string; at: string }[];
	opening: Both | null;
};
export const get_packet = (id: string, signal?: AbortSignal) => get<Packet>(at`/api/conversations/${id}/packet`, {}, signal);
export type Ambassadors = {
	fits: boolean;
	items: { person: { id: string; name: string }; language: string | null; left: number }[];
	subject: Both;
	letter: Both;
	asked: { person: string; conversation: string; at: string }[];
};
export const list_ambassadors = (id: string, signal?: AbortSignal) => get<Ambassadors>(at`/api/conversations/${id}/ambassadors`, {}, signal);
export const ask_ambassador = (id: string, asked: { person: string; subject: string; text: string }, idempotency_key: string) =>
	post<{ conversation: string }>(at`/api/conversations/${id}/ambassadors`, asked, { idempotency_key });
export const AIMS = ['why', 'stakes', 'business', 'workflow', 'workaround', 'next'] as const;
export type Question = { id: string; aim: string; purposes: Purpose[]; tag: string | null; text: Both; active: boolean; asked: number; answered: number; learned: number; answered_share: Share; learned_share: Share; rev: number };
export type QuestionIn = { aim: string; purposes: Purpose[]; text_ko: string; text_en: string };
export const list_questions = (signal?: AbortSignal) => get<{ items: Question[] }>('/api/probes', {}, signal);
export const add_question = (question: QuestionIn) => post<Question>('/api/probes', question);
export const change_question = (id: string, rev: number, change: Partial<Omit<QuestionIn, 'aim'>> & { active?: boolean }) => patch<Question>(at`/api/probes/${id}`, change, rev);
/** What was put into an answer that is not sent yet. */
export type Picked = { probe?: string; item?: { id: string; kind: string } };
