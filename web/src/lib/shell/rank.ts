// Orders named choices by how well their words fit what was typed; all of them, in their order, when nothing was.
export function rank_words<T>(choices: readonly T[], query: string, words: (choice: T) => string): T[] {
	const sought = query.trim().toLowerCase().normalize('NFC').split(/\s+/).filter(Boolean);
	if (!sought.length) return [...choices];
	return choices
		.map((choice) => {
			const text = words(choice).toLowerCase().normalize('NFC');
			const places = sought.map((w) => text.indexOf(w));
			return { choice, score: places.some((p) => p < 0) ? -1 : places.reduce((sum, p) => sum + (p === 0 ? 2 : text[p - 1] === ' ' ? 1.5 : 1), 0) };
		})
		.filter((c) => c.score > 0)
		.sort((a, b) => b.score - a.score)
		.map((c) => c.choice);
}
