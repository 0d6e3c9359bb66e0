// How much room there is: one pane at a time on a phone, three where they fit.
const queries = typeof window === 'undefined' ? [] : ['(max-width: 760px)', '(max-width: 1180px)'].map((q) => window.matchMedia(q));
let is_narrow = $state(queries[0]?.matches ?? false);
let is_medium = $state(queries[1]?.matches ?? false);
queries[0]?.addEventListener('change', (e) => (is_narrow = e.matches));
queries[1]?.addEventListener('change', (e) => (is_medium = e.matches));

/** One pane at a time. */
export const narrow = () => is_narrow;
/** Room for two panes beside the navigation, not three. */
export const medium = () => is_medium;
