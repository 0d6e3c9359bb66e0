// The calls that say how far the figures can be trusted: agreement, double coding, trends.
import { at, get, post } from '$lib/api/client';
import type { Page } from '$lib/api/types';

export type AgreementIs = 'high' | 'fair' | 'low' | 'too_few';
export type Alpha = { value: number; low: number; high: number };
export type Branch = { tag: string | null; verdict: AgreementIs; n: number; masi: Alpha | null; nominal: Alpha | null; overlap: number | null };
export type Pair = { tag: string; against: string; n: number; of: number };
export type Agreement = { from: string; to: string; percent: number; waiting: number; undecided: number; branches: Branch[]; pairs: Pair[] };
export type Double = { id: string; conversation: string; subject: string | null; words: string; language: string | null; coded_at: string; first: string[]; second: string[]; decided: string[] | null };
export type Said = { author: 'person' | 'staff' | 'external' | 'machine'; name: string | null; at: string; language: string | null; text: string };
export type Blind = { id: string; channel: string; subject: string | null; opened_at: string; said: Said[] };
export type NextDouble = { item: Blind | null; place: string | null; waiting: number };
export type TrendIs = 'new' | 'rising' | 'falling' | 'steady' | 'too_few';
export type Trend = { tag: string; is: TrendIs; n: number | null; expected: number | null; usual: [number, number] | null; q: number | null; is_said_below: boolean };
export type Trends = { from: string; to: string; since: string; items: Trend[] };
type Query = Record<string, string | number | null | undefined>;

export const get_agreement = (query: Query, signal?: AbortSignal) => get<Agreement>('/api/agreement', query, signal);
export const list_doubles = (query: Query, signal?: AbortSignal) => get<Page<Double>>('/api/double-codings', query, signal);
export const find_next_double = (after: string | undefined, signal?: AbortSignal) => get<NextDouble>('/api/double-codings/next', { after }, signal);
export const code_second = (id: string, tags: readonly string[]) => post(at`/api/double-codings/${id}/coding`, { tags });
export const decide_double = (id: string, tags: readonly string[]) => post(at`/api/double-codings/${id}/decision`, { tags });
export const list_trends = (signal?: AbortSignal) => get<Trends>('/api/tags/trends', {}, signal);
