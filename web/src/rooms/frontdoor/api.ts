// The calls of this room.
import { at, del, get, patch, post, put } from '$lib/api/client';
import { Problem, problem_from } from '$lib/api/problem';
import { lang, t } from '$lib/i18n/index.svelte';

export const FORMATS = ['jsonl', 'mbox', 'eml', 'canny', 'fider', 'requests', 'roadmap'] as const;
export type Format = (typeof FORMATS)[number];
export const TAG_MODES = ['create', 'match', 'ignore'] as const;
export type TagMode = (typeof TAG_MODES)[number];
export type Report = {
	/** Source items: lines, mails or files. */
	read: number;
	imported: number;
	updated: number;
	unchanged: number;
	skipped: { item: string; reason: string }[];
	warnings: string[];
	/** Rows this import made. */
	conversations: number;
	entries: number;
	persons: number;
	teams: number;
	accounts: number;
	/** Roadmap items, and asks for them. */
	items: number;
	asks: number;
};
export type Import = {
	id: string;
	state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
	name: string;
	format: string;
	source: string;
	read: number;
	skipped: number;
	total_bytes: number;
	done_bytes: number;
	/** Source items a second. */
	rate: number;
	seconds_left: number | null;
	/** Why it failed. */
	error: string | null;
	report: Report;
	started_at: string;
	finished_at: string | null;
};
export type ImportAsk = { format: Format; source: string; tags: TagMode; name: string; dry_run: boolean };

export const list_imports = (signal?: AbortSignal) => get<{ items: Import[] }>('/api/imports', {}, signal);
export const get_import = (id: string, signal?: AbortSignal) => get<Import>(at`/api/imports/${id}`, {}, signal);
export const stop_import = (id: string) => post<Import>(at`/api/imports/${id}/stop`);
/** Fills in the sample company; into a house that has conversations only when asked for `anyway`. */
export const fill_demo = (anyway = false) => post<unknown>(anyway ? '/api/demo?anyway=true' : '/api/demo');

/** Sends a file and says how far it is. `fetch` cannot tell that yet, so this is the older way. */
export function send_file(file: File, ask: ImportAsk, moved: (sent: number) => void, signal: AbortSignal): Promise<Import> {
	const query = new URLSearchParams({ format: ask.format, tags: ask.tags, name: ask.name });
	if (ask.source) query.set('source', ask.source);
	if (ask.dry_run) query.set('dry_run', 'true');
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open('POST', `/api/imports?${query}`);
		request.setRequestHeader('content-type', 'application/octet-stream');
		request.setRequestHeader('accept-language', lang());
		request.responseType = 'json';
		request.upload.onprogress = (event) => moved(event.loaded);
		request.onload = () => (request.status < 300 ? resolve(request.response as Import) : reject(problem_from(request.status, request.response)));
		request.onerror = () => reject(new Problem(0, t('problem-offline'), t('import-offline-detail')));
		request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
		signal.addEventListener('abort', () => request.abort());
		request.send(file);
	});
}

export type Mailbox = {
	/** The id of its door. */
	id: string;
	name: string;
	address: string;
	from_name: string;
	signature: string;
	imap_host: string;
	imap_port: number;
	imap_tls: 'tls' | 'starttls' | 'none';
	folder: string;
	smtp_host: string;
	smtp_port: number;
	smtp_tls: 'tls' | 'starttls' | 'none';
	username: string;
	auth: 'password' | 'xoauth2';
	auth_server: string | null;
	/** Who is asked for keys of domains; nobody when null. */
	resolver: string | null;
	active: boolean;
	since_at: string;
	seen_at: string | null;
	failing_since: string | null;
	failures: number;
	/** Why the last try failed, and what to do. */
	fault: string | null;
	/** Why what its server gives cannot be kept here now. */
	trouble: string | null;
	reconciled_at: string | null;
	waiting: number;
	taken: number;
	copies: number;
	unread: number;
	withheld: number;
	newest_at: string | null;
	rev: number;
};
export type MailboxAsk = Partial<Pick<Mailbox, 'address' | 'from_name' | 'signature' | 'imap_host' | 'imap_port' | 'imap_tls' | 'folder' | 'smtp_host' | 'smtp_port' | 'smtp_tls' | 'username' | 'auth' | 'active'>> & {
	auth_server?: string;
	resolver?: string;
	secret?: string;
	months?: number;
};
/** How far a test came: the steps that went well, and why the next one failed. */
export type Trial = { passed: string[]; failed: string | null; fault: string | null; mails: number | null; tells: boolean | null };

export const list_mailboxes = (signal?: AbortSignal) => get<{ items: Mailbox[] }>('/api/mailboxes', {}, signal);
export const add_mailbox = (ask: MailboxAsk) => post<Mailbox>('/api/mailboxes', ask);
export const change_mailbox = (mailbox: Mailbox, ask: MailboxAsk) => patch<Mailbox>(at`/api/mailboxes/${mailbox.id}`, ask, mailbox.rev);
export const remove_mailbox = (id: string) => del(at`/api/mailboxes/${id}`);
export const test_mailbox = (ask: MailboxAsk, known?: string) => post<Trial>(known ? `/api/mailboxes/test?mailbox=${encodeURIComponent(known)}` : '/api/mailboxes/test', ask);
export const bring_in = (id: string, months: number) => post<Mailbox>(at`/api/mailboxes/${id}/bring-in`, { months });
/** What a door says by itself when somebody begins a conversation; nothing when null, our own words where they are empty. */
export type Acknowledgement = { ko: string; en: string } | null;
export const get_acknowledgement = (id: string) => get<{ text: Acknowledgement; ours: { ko: string; en: string } }>(at`/api/doors/${id}/acknowledgement`);
export const put_acknowledgement = (id: string, text: Acknowledgement) => put<{ text: Acknowledgement }>(at`/api/doors/${id}/acknowledgement`, { text });
export type PersonalAddress = { name: string; address: string };
export const list_personal = (signal?: AbortSignal) => get<{ items: PersonalAddress[] }>('/api/mailboxes/personal', {}, signal);
