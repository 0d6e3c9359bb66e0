// Naming one of us in a note: what is typed after an @ offers names, and a name is put in its place. Pure.
import type { StaffMember } from '$lib/api/types';

export type Name = { key: string; words: string; team: boolean };

/** The letters after the @ before the caret, with where the @ stands; none when nobody is being named. */
export function find_naming(text: string, caret: number): { at: number; words: string } | undefined {
	const found = /(?:^|[^\p{L}\p{N}])[@＠]([\p{L}\p{N}][\p{L}\p{N} ]{0,30}|)$/u.exec(text.slice(0, caret));
	if (!found) return undefined;
	const words = found[1] ?? '';
	return { at: caret - words.length - 1, words };
}

/** Names that begin with these letters, or have a word that does; persons before teams. */
export function list_names(staff: readonly StaffMember[], me: string, words: string): Name[] {
	const begins = (name: string) => [name, ...name.split(/\s+/)].some((part) => part.toLowerCase().startsWith(words.toLowerCase()));
	const persons = staff.filter((one) => !one.removed && one.id !== me).map((one): Name => ({ key: one.id, words: one.name, team: false }));
	const teams = [...new Set(staff.flatMap((one) => (one.removed ? [] : one.teams)))].map((name): Name => ({ key: `team-${name}`, words: name, team: true }));
	return [...persons, ...teams].filter((one) => begins(one.words)).slice(0, 6);
}

/** The text with a name in the place of what was typed, and where the caret goes. */
export function put_name(text: string, caret: number, at: number, name: string): { text: string; caret: number } {
	const before = `${text.slice(0, at)}@${name} `;
	return { text: before + text.slice(caret).replace(/^ /, ''), caret: before.length };
}
