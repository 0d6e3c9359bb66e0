import { expect, test } from 'vitest';
import { inbox_href, read_state } from './inbox_state';

test('an address is read and written back the same', () => {
	for (const query of ['view=mine', 'view=all&sort=value&door=dor_1&tag=tag_1', 'view=untagged&channel=email', 'view=mine&sort=newest'])
		expect(inbox_href(read_state(new URLSearchParams(query)), {}, 'cnv_1')).toBe(`/inbox/cnv_1?${query}`);
});
test('words that mean nothing are left out', () => {
	expect(inbox_href(read_state(new URLSearchParams('view=secret&sort=up&who=me')))).toBe('/inbox');
});
test('a view brings its own sorting unless one was chosen', () => {
	expect(read_state(new URLSearchParams('view=mine')).sort).toBe('waiting');
	expect(read_state(new URLSearchParams('view=all')).sort).toBe('newest');
});
