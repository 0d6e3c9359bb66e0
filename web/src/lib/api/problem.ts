// What went wrong, in words the person can act on. The server writes them in the caller's language (problem+json).
import { t } from '$lib/i18n/index.svelte';

/** A refused or failed request. `status` 0 means that no answer came: the network or the server is away. */
export class Problem extends Error {
	constructor(
		readonly status: number,
		readonly title: string,
		readonly detail?: string,
		readonly field?: string,
		readonly key?: string
	) {
		super(detail || title);
		this.name = 'Problem';
	}

	/** Nobody answered; the same request may be sent again later. */
	get is_offline(): boolean {
		return this.status === 0;
	}
	/** Sending the same again later may help: no answer, overload, or a fault of the server. */
	get is_passing(): boolean {
		return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
	}
}

type Body = { title?: string; detail?: string; field?: string; key?: string };

/** Reads the refusal out of an answer, whatever its form. */
export function problem_from(status: number, body: unknown): Problem {
	const { title, detail, field, key } = (typeof body === 'object' && body !== null ? body : {}) as Body;
	return new Problem(status, title ?? t('problem-status', { status }), detail, field, key);
}

/** Any thrown value as a Problem. */
export function as_problem(error: unknown): Problem {
	if (error instanceof Problem) return error;
	if (error instanceof TypeError || (error instanceof DOMException && error.name === 'NetworkError'))
		return new Problem(0, t('problem-offline'), t('problem-offline-detail'));
	return new Problem(-1, t('problem-unexpected'), error instanceof Error ? error.message : String(error));
}
