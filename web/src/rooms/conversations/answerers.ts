// Who may answer a conversation: everybody of us who may, and every team.
import type { StaffMember } from '$lib/api/types';

/** `id` is null for nobody; of a team it is the name. */
export type Answerer = { kind: 'person' | 'team'; id: string | null; words: string };

const fits = (words: string, query: string) => query.toLowerCase().split(/\s+/).every((word) => words.toLowerCase().includes(word));

/** Persons first, beginning with oneself, then teams; each group ends with nobody. */
export function list_answerers(staff: readonly StaffMember[], me: string, query: string, words: { nobody: string; no_team: string }): Answerer[] {
	const able = staff.filter((one) => !one.removed && one.role !== 'viewer').sort((a, b) => Number(b.id === me) - Number(a.id === me) || a.name.localeCompare(b.name));
	const teams = [...new Set(staff.flatMap((one) => one.teams))].sort((a, b) => a.localeCompare(b));
	const all: Answerer[] = [
		...able.map((one): Answerer => ({ kind: 'person', id: one.id, words: one.name })),
		{ kind: 'person', id: null, words: words.nobody },
		...teams.map((name): Answerer => ({ kind: 'team', id: name, words: name })),
		...(teams.length ? [{ kind: 'team', id: null, words: words.no_team } as Answerer] : [])
	];
	return all.filter((one) => fits(one.words, query.trim()));
}
