import { expect, test } from 'vitest';
import type { Before } from './api';
import { revert } from './bulk';

const before: Before = { id: 'cnv_1', assignee: 'stf_1', staff_team: 'Support', status: 'open', snoozed_until: '2026-11-23T00:00:00Z' };
const now = Date.parse('2026-11-22T00:00:00Z');

test('only what was changed is brought back', () => {
	expect(revert(before, { assignee: null }, now)).toEqual({ assignee: 'stf_1' });
	expect(revert(before, { staff_team: 'Sales' }, now)).toEqual({ staff_team: 'Support' });
});

test('what closing ended rests again, unless that moment has passed', () => {
	expect(revert(before, { status: 'closed' }, now)).toEqual({ status: 'open', snoozed_until: before.snoozed_until });
	expect(revert(before, { status: 'closed' }, Date.parse('2026-11-24T00:00:00Z'))).toEqual({ status: 'open' });
	expect(revert(before, { snoozed_until: null }, Date.parse('2026-11-24T00:00:00Z'))).toEqual({ snoozed_until: null });
});
