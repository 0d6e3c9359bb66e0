// Customers: found by typing, merged and parted again, accounts only proposed by a domain.
import { expect, read, test } from '../house.js';

type Person = { id: string; name: string; conversations: number; account: { id: string } | null };

test('a person is found by typing and opened with the keyboard', async ({ as, say }) => {
	const page = await as('agent');
	const { items } = await read<{ items: Person[] }>(page, '/api/persons?limit=20');
	const person = items.find((p) => p.name.length > 2)!;
	await page.goto('/people');
	await page.getByLabel(say('people-search-persons')).fill(person.name);
	await expect(page).toHaveURL(/q=/);
	await expect(page.getByRole('listitem').first()).toContainText(person.name);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/people\/per_/);
	await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name);
});

test('two persons are merged and parted again', async ({ as, lang, say }) => {
	const page = await as('agent');
	const make = async (name: string) => {
		const answer = await page.request.post('/api/persons', { data: { name, email: `${name.toLowerCase()}-${lang}@twin.example` } });
		expect(answer.status()).toBe(201);
		return (await answer.json()) as Person;
	};
	const [from, into] = [await make(`Castor${lang}`), await make(`Pollux${lang}`)];
	await page.goto(`/people/${from.id}`);
	await page.getByRole('button', { name: say('person-acts', { name: from.name }) }).click();
	await page.getByRole('menuitem', { name: say('merge') }).click();
	// Quicker than the answer: Enter waits for what was typed, and takes nobody else.
	await page.getByRole('combobox').fill(into.name);
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: say('merge-do') }).click();
	await expect(page).toHaveURL(new RegExp(into.id));
	await expect(page.getByRole('heading', { name: say('merged-from') })).toBeVisible();
	await page.getByRole('button', { name: say('merge-undo') }).click();
	await expect(page.getByRole('heading', { name: say('merged-from') })).toHaveCount(0);
	expect((await read<Person>(page, `/api/persons/${from.id}`)).id).toBe(from.id);
});

test('an account page tells facts, people and conversations', async ({ as, say }) => {
	const page = await as('viewer');
	const { items } = await read<{ items: Person[] }>(page, '/api/persons?limit=50');
	const account = items.find((p) => p.account)!.account!;
	await page.goto(`/accounts/${account.id}`);
	for (const key of ['facts', 'members', 'timeline']) await expect(page.getByRole('heading', { name: say(key), exact: true })).toBeVisible();
	await page.getByRole('link', { name: say('see-conversations') }).click();
	await expect(page).toHaveURL(new RegExp(`account=${account.id}`));
	await expect(page.getByRole('list', { name: say('inbox-list') }).getByRole('listitem').first()).toBeVisible();
});
