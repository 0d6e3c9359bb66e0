import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PlannedItem, Rules } from './plan_api';
import { ask, cut, type Because, type Candidate } from './what_if';

type Asked = { capacity: Record<string, number>; rules: Rules; fits: Record<string, number> | null; musts: string[]; is_in: string[]; because: Record<string, Because>; value: number; places: Record<string, number> };
type Case = { half: string; plan: PlannedItem[]; asked: Asked[] };
// Made by the server's own rules: crates/roadmap/src/http/golden.rs.
const CASES = JSON.parse(readFileSync(new URL('../../../../crates/roadmap/src/http/golden.json', import.meta.url), 'utf8')) as Case[];

describe('what if', () => {
	test.each(CASES.flatMap((one, n) => one.asked.map((asked, k) => ({ n, k, one, asked }))))('answers as the server does: half-year $n, question $k', ({ one, asked }) => {
		const { capacity, rules, fits, musts } = asked;
		const answer = ask(one.half, one.plan, { capacity, rules, ...(fits ? { fits } : {}), musts });
		expect(answer.value).toBeCloseTo(asked.value, 8);
		expect([...answer.verdicts].filter(([, v]) => v.is_in).map(([id]) => id).sort()).toEqual([...asked.is_in].sort());
		expect(Object.fromEntries([...answer.verdicts].map(([id, v]) => [id, v.because]))).toEqual(asked.because);
		expect(Object.fromEntries(answer.places)).toEqual(asked.places);
		expect(answer.gap).toBe(0);
	});
	test('answers at once', () => {
		const began = performance.now();
		for (const one of CASES) for (const { capacity, rules, musts } of one.asked) ask(one.half, one.plan, { capacity, rules, musts });
		expect((performance.now() - began) / CASES.flatMap((one) => one.asked).length).toBeLessThan(50);
	});
});

describe('the choice', () => {
	test('is the best of all choices', () => {
		let seed = 42;
		const dice = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
		for (let round = 0; round < 60; round++) {
			const n = 1 + dice(11);
			const all: Candidate[] = Array.from({ length: n }, (_, at) => ({ value: dice(1000) / 10, effort: new Map([[0, dice(60)], [1, dice(60)]]), must: dice(15) === 0, needs: at && dice(4) === 0 ? [dice(at)] : [] }));
			const capacity = [dice(200), dice(200)];
			let best: number | undefined;
			for (let bits = 0; bits < 2 ** n; bits++) {
				const is_in = (at: number) => ((bits >> at) & 1) === 1;
				const stands = all.every((one, at) => (is_in(at) ? one.needs.every(is_in) : !one.must));
				const fits = capacity.every((most, team) => all.reduce((sum, one, at) => sum + (is_in(at) ? one.effort.get(team)! : 0), 0) <= most);
				if (stands && fits) best = Math.max(best ?? 0, all.reduce((sum, one, at) => sum + (is_in(at) ? one.value : 0), 0));
			}
			const found = cut(all, capacity);
			if (best === undefined) expect(found).toBeUndefined();
			else expect(found?.value).toBeCloseTo(best, 8);
		}
	});
});
