import { expect, test } from 'vitest';
import type { StaffMember } from '$lib/api/types';
import { list_answerers } from './answerers';

const one = (id: string, name: string, more: Partial<StaffMember> = {}): StaffMember => ({ id, name, email: '', role: 'agent', ui: 'ko', teams: [], last_seen_at: null, removed: false, ...more });
const words = { nobody: 'Nobody', no_team: 'No team' };
const staff = [one('1', '준호', { teams: ['지원'] }), one('2', 'Lee', { teams: ['Sales', '지원'] }), one('3', 'Gone', { removed: true }), one('4', 'Watcher', { role: 'viewer' })];

test('oneself comes first, then the others, then teams; who cannot answer is not offered', () => {
	expect(list_answerers(staff, '2', '', words).map((who) => who.words)).toEqual(['Lee', '준호', 'Nobody', 'Sales', '지원', 'No team']);
});

test('typing narrows persons and teams alike', () => {
	expect(list_answerers(staff, '2', ' 지 ', words)).toEqual([{ kind: 'team', id: '지원', words: '지원' }]);
	expect(list_answerers(staff, '2', 'zzz', words)).toEqual([]);
});

test('without teams nobody is asked for one', () => {
	expect(list_answerers([one('1', 'A')], '1', '', words).map((who) => who.kind)).toEqual(['person', 'person']);
});
