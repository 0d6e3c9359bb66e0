// The calls of the settings: the house, its staff, and what runs in it.
import { at, del, get, get_versioned, patch, post } from '$lib/api/client';
import type { Me, Page, Role } from '$lib/api/types';

export const ROLES = ['viewer', 'agent', 'curator', 'admin', 'owner'] as const satisfies readonly Role[];
export type Member = { id: string; name: string; email: string; role: Role; ui: string; teams: string[]; last_seen_at: string | null; removed: boolean; rev: number };
export type Invitation = { id: string; email: string; role: Role; created_at: string; expires_at: string; url?: string };
export const SCOPES = ['read', 'tag', 'write', 'admin', 'all'] as const;
export type TokenScope = (typeof SCOPES)[number];
export type Token = { id: string; name: string; scopes: TokenScope[]; owner: { id: string; name: string }; created_at: string; last_used_at: string | null; token?: string };
export type House = { company: string; zone: string; languages: string[]; reporting_currency: string; rates: Record<string, number>; value_bands: { key: string; min_minor: number }[]; single_keys: boolean; double_coding_percent: number };
export type AuditLine = { at: string; actor: string; action: string; subject: string; detail: Record<string, unknown> };
export const JOB_STATES = ['dead', 'pending', 'running'] as const;
export type JobState = (typeof JOB_STATES)[number];
export type JobRow = { id: string; kind: string; state: JobState; attempts: number; last_error: string | null; run_at: string };
export type DoorRow = { id: string; kind: string; name: string; visibility: 'open' | 'teams'; staff_teams: string[]; rev: number };
export type Health = { status: string; version: string; schema: number; ready: boolean };

export const list_members = (signal?: AbortSignal) => get<{ items: Member[] }>('/api/staff', {}, signal);
export const change_member = (id: string, change: { role?: Role; name?: string; teams?: string[] }, rev: number) => patch<Member>(at`/api/staff/${id}`, change, rev);
export const remove_member = (id: string) => del(at`/api/staff/${id}`);
export const list_invitations = (signal?: AbortSignal) => get<{ items: Invitation[] }>('/api/invitations', {}, signal);
export const invite = (email: string, role: Role, key: string) => post<Invitation>('/api/invitations', { email, role }, { idempotency_key: key });
export const revoke_invitation = (id: string) => del(at`/api/invitations/${id}`);
export const list_tokens = (signal?: AbortSignal) => get<{ items: Token[] }>('/api/tokens', {}, signal);
export const create_token = (name: string, scopes: TokenScope[], key: string) => post<Token>('/api/tokens', { name, scopes }, { idempotency_key: key });
export const revoke_token = (id: string) => del(at`/api/tokens/${id}`);
export const get_house = (signal?: AbortSignal) => get_versioned<House>('/api/settings', signal);
export const change_house = (change: Partial<House>, rev: string) => patch<House>('/api/settings', change, rev);
export const list_audit = (cursor: string | null, limit: number, signal?: AbortSignal) => get<Page<AuditLine>>('/api/audit', { cursor, limit }, signal);
export const list_jobs = (state: JobState, signal?: AbortSignal) => get<{ items: JobRow[] }>('/api/jobs', { state }, signal);
export const retry_job = (id: string) => post(at`/api/jobs/${id}/retry`);
export const list_doors = (signal?: AbortSignal) => get<{ items: DoorRow[] }>('/api/doors', {}, signal);
export const create_door = (door: Omit<DoorRow, 'id' | 'rev'>) => post<DoorRow>('/api/doors', door);
export const change_door = (id: string, change: Partial<Pick<DoorRow, 'name' | 'visibility' | 'staff_teams'>>, rev: number) => patch<DoorRow>(at`/api/doors/${id}`, change, rev);
export const get_health = (signal?: AbortSignal) => get<Health>('/api/health', {}, signal);
export const change_me = (change: { name?: string; password?: { old: string; new: string } }) => patch<Me>('/api/me', change);
export const get_emotion_reading = (signal?: AbortSignal) => get<{ read: number; of: number }>('/api/emotions/reading', {}, signal);
