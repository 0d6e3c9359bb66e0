// Every screen of the house, with an address that shows something.
import { read, type Page } from './house.js';
import type { World } from './world.js';

export type Screen = { name: string; path: string };

/** Addresses into the sample company; ids are asked for, since they differ every time. With `world`, also what stands
 *  there only once people work in it. */
export async function list_screens(page: Page, world?: World): Promise<Screen[]> {
	type Items<T> = { items: T[] };
	const conversations = await read<Items<{ id: string; person: { id: string } | null; team: { id: string } | null; account: { id: string } | null; tags: unknown[] }>>(page, '/api/conversations?view=all&limit=50');
	const whole = conversations.items.find((c) => c.person && c.team && c.account && c.tags.length) ?? conversations.items[0]!;
	const tags = await read<Items<{ id: string; n30: number; parent: string | null }>>(page, '/api/tags');
	const tag = tags.items.filter((x) => x.parent).sort((a, b) => b.n30 - a.n30)[0]!;
	const items = await read<Items<{ id: string; counts: { conversations: number | null } }>>(page, '/api/roadmap/items');
	const item = [...items.items].sort((a, b) => (b.counts.conversations ?? 0) - (a.counts.conversations ?? 0))[0]!;
	return [
		{ name: 'today', path: '/' },
		{ name: 'morning', path: '/morning' },
		{ name: 'morning-week', path: '/morning/week' },
		{ name: 'goals', path: '/goals' },
		{ name: 'areas', path: '/areas' },
		{ name: 'area', path: `/areas/${tag.parent}` },
		{ name: 'touchpoints', path: '/touchpoints' },
		{ name: 'inbox', path: '/inbox?view=all' },
		{ name: 'inbox-worst', path: '/inbox?view=all&sort=worst' },
		{ name: 'inbox-anger', path: '/inbox?view=all&emotion=anger' },
		{ name: 'thread', path: `/inbox/${whole.id}?view=all` },
		{ name: 'search', path: '/search?q=csv' },
		{ name: 'people', path: '/people' },
		{ name: 'person', path: `/people/${whole.person!.id}` },
		{ name: 'teams', path: '/teams' },
		{ name: 'team', path: `/teams/${whole.team!.id}` },
		{ name: 'accounts', path: '/accounts' },
		{ name: 'account', path: `/accounts/${whole.account!.id}` },
		{ name: 'tags', path: '/tags' },
		{ name: 'tags-table', path: '/tags?view=table' },
		...['proposed', 'imported', 'near', 'confused', 'unused', 'broad', 'missing', 'drafts', 'changes'].map((part) => ({ name: `curate-${part}`, path: `/tags/curate/${part}` })),
		{ name: 'tags-split', path: `/tags/curate/split/${tag.id}` },
		{ name: 'explore', path: '/tags/explore?rows=plan&columns=channel&period=all' },
		{ name: 'explore-chart', path: '/tags/explore?rows=week&columns=kind&show=chart&period=all' },
		{ name: 'explore-tag', path: `/tags/explore?tags=${tag.id}&rows=month&period=all` },
		{ name: 'explore-bars', path: '/tags/explore?rows=plan&columns=kind&show=chart&period=all' },
		{ name: 'tag', path: `/tags/${tag.id}` },
		{ name: 'agreement', path: '/tags/agreement' },
		{ name: 'agreement-code', path: '/tags/agreement/code' },
		{ name: 'agreement-decide', path: '/tags/agreement/decide' },
		{ name: 'agreement-twice', path: '/tags/agreement/conversations' },
		...(world ? [{ name: 'tag-new', path: `/tags/${world.fresh}` }, { name: 'thread-suggested', path: `/inbox/${world.suggested}?view=all` }] : []),
		{ name: 'roadmap', path: '/roadmap' },
		{ name: 'roadmap-table', path: '/roadmap?view=table' },
		{ name: 'roadmap-half', path: '/roadmap?view=half' },
		{ name: 'roadmap-plan', path: '/roadmap?view=plan' },
		{ name: 'item', path: `/roadmap/${item.id}` },
		{ name: 'news', path: '/news' },
		...(world ? [{ name: 'news-tell', path: `/news/tell/${world.telling}` }] : []),
		...['me', 'keys', 'staff', 'house', 'doors', 'mailboxes', 'public', 'hours', 'macros', 'routing', 'questions', 'imports', 'suggestions', 'tokens', 'hooks', 'trackers', 'jobs', 'audit', 'health'].map((key) => ({ name: `settings-${key}`, path: `/settings/${key}` }))
	];
}

/** Waits until a screen has said everything it has to say. */
export async function settle(page: Page): Promise<void> {
	await page.locator('h1').first().waitFor({ timeout: 40_000 });
	// The live stream never ends, so "idle" is: nothing more was fetched for a while.
	await page.evaluate(async () => {
		for (let seen = -1; ; ) {
			const now = performance.getEntriesByType('resource').length;
			if (now === seen) return;
			seen = now;
			await new Promise((resolve) => setTimeout(resolve, 300));
		}
	});
	await page.locator('.skeleton').first().waitFor({ state: 'detached' });
}
