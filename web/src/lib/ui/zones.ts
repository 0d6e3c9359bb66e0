// The time zones one can choose, UTC and whatever is in use among them: browsers leave some of them out of their list.

export function list_zones(...in_use: string[]): { value: string; words: string }[] {
	return [...new Set([...in_use, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((value) => ({ value, words: value.replaceAll('_', ' ') }));
}
