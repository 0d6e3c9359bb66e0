import { expect, test } from 'vitest';
import { find_inner_path } from './inner_path';

test('after sign-in one goes back to where one was', () => {
	expect(find_inner_path('/inbox/cnv_1?view=mine')).toBe('/inbox/cnv_1?view=mine');
});
test.each([null, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/\t/evil.example', '/sign-in'])(
	'%s leads home',
	(next) => {
		expect(find_inner_path(next)).toBe('/');
	}
);
