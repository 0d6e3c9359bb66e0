// Whoever has words for an answer (an earlier one, a prepared one, a passage) puts them where one writes.
type Put = (words: string) => void;
let writer: Put | undefined;

/** Takes what is put while a composer is open; gives a way to stop that. */
export function when_put(put: Put): () => void {
	writer = put;
	return () => {
		if (writer === put) writer = undefined;
	};
}

export const put_words = (words: string): void => writer?.(words);
