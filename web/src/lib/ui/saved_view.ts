// A view that somebody gave a name, in any room that has some.
export type SavedView = {
	id: string;
	name: string;
	/** The address after the question mark. */
	query: string;
	shared: boolean;
	by: { id: string; name: string } | null;
	mine: boolean;
	rev: number;
};
