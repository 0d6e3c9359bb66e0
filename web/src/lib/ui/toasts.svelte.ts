// Short words after an act, with a way back. `say_done('…', undo)`; `u` undoes the newest.
export type Toast = { id: number; words: string; tone: 'done' | 'problem'; undo?: () => void };

const SHOWN_MS = 8000;
let next_id = 1;
let shown = $state<Toast[]>([]);
// What can be undone outlives its toast: `u` reaches back, newest first.
let undoable: { id: number; undo: () => void }[] = [];
const timers = new Map<number, ReturnType<typeof setTimeout>>();

export const list_toasts = () => shown;

function add(toast: Omit<Toast, 'id'>): number {
	const id = next_id++;
	shown = [...shown.slice(-1), { ...toast, id }];
	if (toast.undo) undoable = [...undoable.slice(-29), { id, undo: toast.undo }];
	hold(id, false);
	return id;
}

/** Says that something was done. `undo` brings back what was before. */
export function say_done(words: string, undo?: () => void): number {
	return add({ words, tone: 'done', undo });
}

/** Says that something could not be done, and what became of it. */
export function say_problem(words: string): number {
	return add({ words, tone: 'problem' });
}

/** Keeps a toast while the pointer or focus is on it. */
export function hold(id: number, held: boolean): void {
	clearTimeout(timers.get(id));
	if (!held) timers.set(id, setTimeout(() => close_toast(id), SHOWN_MS));
}

export function close_toast(id: number): void {
	clearTimeout(timers.get(id));
	timers.delete(id);
	shown = shown.filter((t) => t.id !== id);
}

/** Undoes what this toast told. */
export function undo_toast(id: number): void {
	const it = undoable.find((u) => u.id === id);
	undoable = undoable.filter((u) => u.id !== id);
	close_toast(id);
	it?.undo();
}

/** Undoes the newest thing that can be undone; false when there is none. */
export function undo_newest(): boolean {
	const newest = undoable.at(-1);
	if (newest) undo_toast(newest.id);
	return newest !== undefined;
}

/** Forgets what could be undone: on sign-out. */
export function forget_undo(): void {
	undoable = [];
	shown = [];
}
