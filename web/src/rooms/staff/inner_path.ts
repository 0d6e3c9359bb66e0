// Where to go after sign-in: only to a path of this house, never to another address smuggled into the link.
export function find_inner_path(next: string | null): string {
	if (!next || !next.startsWith('/') || /^\/[/\\]/.test(next) || /[\u0000-\u001f]/.test(next) || next.startsWith('/sign-in')) return '/';
	return next;
}
