// The calls of this room: shared goals with what they are now, and where customers meet us.
import { at, del, get, patch, post, put } from '$lib/api/client';
import type { Both } from '$lib/api/types';

export type Measured = { value: number | null; low: number | null; high: number | null; n: number; of: number | null; place: string };
export type Unit = 'share' | 'mean' | 'count';
export type Goal = {
	id: string;
	words: Both;
	measure: string;
	unit: Unit;
	item: string | null;
	tag: string | null;
	target: number;
	is_more: boolean;
	until: string;
	owners: { department: string; staff: string | null; name: string | null }[];
	conflicts: { goal: string; title: Both; words: string }[];
	now: Measured | null;
	from: string | null;
	to: string | null;
	is_reached: boolean | null;
	days: { day: string; value: number | null; n: number; of: number | null }[];
	closed_at: string | null;
	rev: number;
};
export type Measure = { key: string; unit: Unit; can_narrow: boolean; is_of_period: boolean; now: Measured };
export type GoalIn = {
	words: Both;
	measure: string;
	tag: string | null;
	item: string | null;
	target: number;
	is_more: boolean;
	until: string;
	owners: { department: string; staff: string | null }[];
	conflict: { goal: string; words: string } | null;
};
export type Point = {
	id: string;
	name: Both;
	stage: string;
	door: string | null;
	door_name: string | null;
	channel: string | null;
	department: string | null;
	staff: string | null;
	staff_name: string | null;
	good: Both;
	rev: number;
};
export type PointIn = Pick<Point, 'name' | 'stage' | 'door' | 'channel' | 'department' | 'staff' | 'good'>;
export type Member = { id: string; name: string; teams: string[]; removed: boolean };

export const list_goals = (signal?: AbortSignal) => get<{ items: Goal[] }>('/api/goals', {}, signal);
export const list_measures = (signal?: AbortSignal) => get<{ items: Measure[] }>('/api/measures', {}, signal);
export const create_goal = (goal: GoalIn) => post<{ id: string }>('/api/goals', goal);
export const put_goal = (id: string, goal: GoalIn, rev: number) => put<Goal>(at`/api/goals/${id}`, goal, { rev });
export const close_goal = (id: string, closed: boolean, rev: number) => patch<Goal>(at`/api/goals/${id}`, { closed }, rev);
export const list_points = (signal?: AbortSignal) => get<{ items: Point[] }>('/api/contact-points', {}, signal);
export const create_point = (point: PointIn) => post<Point>('/api/contact-points', point);
export const put_point = (id: string, point: PointIn, rev: number) => put<Point>(at`/api/contact-points/${id}`, point, { rev });
export const remove_point = (id: string) => del(at`/api/contact-points/${id}`);
export const list_members = (signal?: AbortSignal) => get<{ items: Member[] }>('/api/staff', {}, signal);
export const list_doors = (signal?: AbortSignal) => get<{ items: { id: string; name: string }[] }>('/api/doors', {}, signal);
