// The calls of this room: areas of the product, their owners and next steps.
import { at, del, get, post, put } from '$lib/api/client';
import type { AccountRef } from '$lib/api/types';
import type { Goal } from '$rooms/goals';
import type { Evidence } from '$rooms/tagging';
import type { Item } from '$rooms/roadmap';

export type Counts = { conversations: number | null; persons: number | null; teams: number | null; accounts: number | null };
export type Line = { tag: string; counts: Counts; before: Counts; open_items: number; open_steps: number; departments: string[] };
export type Owner = { department: string; staff: string | null; name: string | null };
export type Step = { id: string; words: string; department: string | null; staff: string | null; name: string | null; due: string | null; done_at: string | null; rev: number };
export type StepIn = { words: string; department: string | null; staff: string | null; due: string | null; done: boolean };
export type Contacts = {
	departments: { name: string | null; contacts: { conversation: string; subject: string | null; at: string; by: { id: string; name: string } | null; words: string; messages: number }[] }[];
	uncoordinated: string[];
};
export type Area = {
	tag: string;
	counts: Counts;
	before: Counts;
	trend: { is: string; n: number | null; usual: [number, number] | null } | null;
	open_asks: number;
	items: Item[];
	owners: Owner[];
	steps: Step[];
	said: Evidence[];
	goals: Goal[];
	accounts: { account: AccountRef; last_at: string; contacts: Contacts }[];
};

export const list_areas = (signal?: AbortSignal) => get<{ items: Line[] }>('/api/areas', {}, signal);
export const get_area = (id: string, signal?: AbortSignal) => get<Area>(at`/api/areas/${id}`, {}, signal);
export const put_owners = (id: string, owners: { department: string; staff: string | null }[]) => put(at`/api/areas/${id}/owners`, { owners });
export const add_step = (id: string, step: StepIn) => post<Step>(at`/api/areas/${id}/steps`, step);
export const put_step = (step: Step, change: StepIn) => put<Step>(at`/api/area-steps/${step.id}`, change, { rev: step.rev });
export const remove_step = (id: string) => del(at`/api/area-steps/${id}`);
