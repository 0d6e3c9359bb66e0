import { describe, expect, test } from 'vitest';
import { cell_finder, explore_href, explore_params, explore_query, read_explore_view, words_query } from './explore';

const read = (text: string) => read_explore_view(new URLSearchParams(text));

describe('the address of the explorer', () => {
	test('holds the whole view and gives it back', () => {
		for (const text of ['', 'rows=none', 'period=30&by=tagged_at&subtree=false&tags=tag_a%2Ctag_b&rows=week&columns=kind&plan=Team&company_size=1000%2B&kind=none&emotion=very_bad&what=accounts&show=chart&row=2026-10-05&column=bug'])
			expect(explore_params(read(text)).toString()).toBe(text);
		expect(explore_href(read(''))).toBe('/tags/explore');
	});
	test('leaves out what means nothing or does not go together', () => {
		expect(read('rows=mood&kind=sigh&emotion=mad&what=money')).toEqual(read(''));
		expect(read('rows=week&columns=month').columns).toBeUndefined();
		expect(read('rows=plan&columns=plan').columns).toBeUndefined();
	});
});

describe('the words behind a cell', () => {
	const asked = (text: string) => {
		const view = read(text);
		return words_query(explore_query(view, '2026-11-22'), view);
	};
	test('are those of its row and its column', () => {
		expect(asked('rows=company_size&columns=channel&row=1000%2B&column=email&period=all')).toMatchObject({ company_size: '1000+', channel: 'email', from: undefined });
	});
	test('are those of its feeling', () => {
		expect(asked('rows=emotion&row=very_bad&period=all')).toMatchObject({ emotion: 'very_bad' });
	});
	test('are those of its week or month, within the period', () => {
		expect(asked('rows=week&row=2026-10-05&period=all')).toMatchObject({ from: '2026-10-05', to: '2026-10-12' });
		expect(asked('rows=month&row=2026-12&period=all')).toMatchObject({ from: '2026-12-01', to: '2027-01-01' });
		expect(asked('rows=month&row=2026-10&period=30')).toMatchObject({ from: '2026-10-24', to: '2026-11-01' });
	});
});

test('an empty cell is zero and a withheld one is not', () => {
	const of = cell_finder([{ row: 'a', column: 'b', conversations: null, persons: null, teams: null, accounts: null }], 'persons');
	expect([of('a', 'b'), of('a', 'c')]).toEqual([null, 0]);
});
