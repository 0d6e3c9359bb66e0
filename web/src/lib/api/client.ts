// The one way to the server. Rooms call `get`, `post`, …; what comes back is data, what is refused is a thrown Problem.
import createClient from 'openapi-fetch';
import { lang } from '$lib/i18n/index.svelte';
import { as_problem, problem_from } from './problem';

export { Problem, as_problem } from './problem';

type Query = Record<string, string | number | boolean | null | undefined | string[]>;
type Options = {
	query?: Query;
	body?: unknown;
	/** Text or a file sent as it is, with its type. */
	raw?: { body: BodyInit; type: string };
	/** The revision this change was made against (`If-Match`). */
	rev?: number | string;
	/** Reused when the same POST is sent again; made here when absent. */
	idempotency_key?: string;
	signal?: AbortSignal;
};
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

// Addresses and shapes are checked in api/schema.test.ts against the generated schema; here paths are plain strings.
const client = createClient<Record<string, Record<string, never>>>({ baseUrl: '', credentials: 'same-origin' });

let on_signed_out: () => void = () => {};

/** Called whenever the server answers that nobody is signed in. */
export function when_signed_out(act: () => void): void {
	on_signed_out = act;
}

function clean(query: Query | undefined): Record<string, unknown> | undefined {
	if (!query) return undefined;
	return Object.fromEntries(Object.entries(query).filter(([, v]) => v !== undefined && v !== null && v !== ''));
}

async function send<T>(method: Method, path: string, options: Options): Promise<{ data: T; status: number; headers: Headers }> {
	const headers: Record<string, string> = { 'accept-language': lang() };
	if (method === 'POST') headers['idempotency-key'] = options.idempotency_key ?? crypto.randomUUID();
	if (options.rev !== undefined) headers['if-match'] = `"${options.rev}"`;
	if (options.raw) headers['content-type'] = options.raw.type;
	const init = {
		params: { query: clean(options.query) },
		headers,
		signal: options.signal,
		...(options.raw
			? { body: options.raw.body, bodySerializer: (b: BodyInit) => b }
			: options.body !== undefined
				? { body: options.body }
				: {})
	};
	let answer: { data?: unknown; error?: unknown; response: Response };
	try {
		answer = await (client.request as (m: string, p: string, i: unknown) => Promise<typeof answer>)(method.toLowerCase(), path, init);
	} catch (error) {
		if (error instanceof DOMException && error.name === 'AbortError') throw error;
		throw as_problem(error);
	}
	const { response } = answer;
	if (!response.ok) {
		if (response.status === 401 && path !== '/api/session') on_signed_out();
		throw problem_from(response.status, answer.error);
	}
	return { data: answer.data as T, status: response.status, headers: response.headers };
}

/** An address with its parts escaped: at`/api/tags/${id}`. */
export function at(strings: TemplateStringsArray, ...parts: (string | number)[]): string {
	return strings.reduce((path, piece, i) => path + encodeURIComponent(String(parts[i - 1])) + piece);
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
	return (await send<T>('GET', path, { query, signal })).data;
}
/** What is there, with the revision that a change of it must name (`If-Match`). */
export async function get_versioned<T>(path: string, signal?: AbortSignal): Promise<{ data: T; rev: string }> {
	const { data, headers } = await send<T>('GET', path, { signal });
	return { data, rev: (headers.get('etag') ?? '').replace(/^(?:W\/)?"|"$/g, '') };
}
export async function post<T>(path: string, body?: unknown, options: Options = {}): Promise<T> {
	return (await send<T>('POST', path, { ...options, body })).data;
}
export async function put<T>(path: string, body: unknown, options: Options = {}): Promise<T> {
	return (await send<T>('PUT', path, { ...options, body })).data;
}
export async function patch<T>(path: string, body: unknown, rev?: number | string): Promise<T> {
	return (await send<T>('PATCH', path, { body, rev })).data;
}
export async function del<T = void>(path: string, options: Options = {}): Promise<T> {
	return (await send<T>('DELETE', path, options)).data;
}
/** Sends a file or text as it is (CSV, TSV, an archive). */
export async function post_raw<T>(path: string, raw: { body: BodyInit; type: string }, query?: Query): Promise<T> {
	return (await send<T>('POST', path, { raw, query })).data;
}
