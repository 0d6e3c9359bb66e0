import { expect, test } from 'vitest';
import type { StaffMember } from '$lib/api/types';
import { find_naming, list_names, put_name } from './mentions';

const one = (id: string, name: string, teams: string[] = []): StaffMember => ({ id, name, email: '', role: 'agent', ui: 'ko', teams, last_seen_at: null, removed: false });
const staff = [one('1', '김민지', ['지원']), one('2', 'Ann Lee', ['Sales']), one('3', '준호')];
const typed = (text: string) => find_naming(text, text.length);

test('an @ at the beginning of a word names somebody, one inside an address does not', () => {
	expect(typed('확인 @민')).toEqual({ at: 3, words: '민' });
	expect(typed('@')).toEqual({ at: 0, words: '' });
	expect(typed('(@Ann Le')).toEqual({ at: 1, words: 'Ann Le' });
	expect(typed('help@soban')).toBeUndefined();
	expect(typed('no')).toBeUndefined();
	expect(typed('@Ann, and')).toBeUndefined();
});

test('names are offered by how any word of them begins, oneself is not', () => {
	expect(list_names(staff, '3', '').map((name) => name.words)).toEqual(['김민지', 'Ann Lee', '지원', 'Sales']);
	expect(list_names(staff, '3', 'le').map((name) => name.words)).toEqual(['Ann Lee']);
	expect(list_names(staff, '1', '김')).toEqual([]);
});

test('a name takes the place of what was typed', () => {
	expect(put_name('확인 @민 부탁', 5, 3, '김민지')).toEqual({ text: '확인 @김민지 부탁', caret: 8 });
	expect(put_name('@a', 2, 0, 'Ann Lee')).toEqual({ text: '@Ann Lee ', caret: 9 });
});
