// The calls of the public pages: how they are, what is public of an item, the form for those who leave, and the address of a
// person's own page.
import { at, get_versioned, post, put } from './client';
import type { Both, PersonRef } from './types';

export type Outside = { is_on: boolean; name: string; colour: string; contrast: number; address: string | null; shows_counts: boolean; takes_wishes: boolean; door: string | null; pages: { ko: string; en: string }; rev: number };
export type LeaveForm = { is_on: boolean; door: string | null; reasons: string[]; mails: boolean; pages: { ko: string; en: string }; rev: number };
export type Quote = { passage: string; quote: string; person: PersonRef | null; allowed: boolean };
export type PublicItem = { is_public: boolean; published_at: string | null; title: Both; problem: Both; news: Both; quotes: Quote[]; offered: Quote[]; is_on: boolean; pages: { ko: string; en: string }; rev: number };
export type OwnAddress = { person: PersonRef; email: string | null; url: string; good_until: string };

export const get_outside = (signal?: AbortSignal) => get_versioned<Outside>('/api/outside', signal);
export const put_outside = (body: Omit<Outside, 'contrast' | 'pages' | 'rev'>, rev: string) => put<Outside>('/api/outside', body, { rev });
export const get_public_item = (id: string, signal?: AbortSignal) => get_versioned<PublicItem>(at`/api/roadmap/items/${id}/public`, signal);
export const put_public_item = (id: string, body: { is_public: boolean; title: Both; problem: Both; news: Both; quotes: string[] }, rev: string) => put<PublicItem>(at`/api/roadmap/items/${id}/public`, body, { rev });
export const make_own_address = (id: string, renew: boolean) => post<OwnAddress>(at`/api/persons/${id}/own_page`, { renew });
export const get_leave_form = (signal?: AbortSignal) => get_versioned<LeaveForm>('/api/leave_form', signal);
export const put_leave_form = (body: Pick<LeaveForm, 'is_on' | 'door' | 'reasons'>, rev: string) => put<LeaveForm>('/api/leave_form', body, { rev });
