// The sample company with people at work in it: tags given twice and decided, proposals, tags that came in, a draft,
// suggestions that were taken and left, something new this week. So every screen shows what it looks like when it is used.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, read, type House, type Lang, type Page } from './house.js';

type Tag = { id: string; path: string; parent: string | null; state: string; label: { ko?: string; en?: string } };
type Conversation = { id: string; subject: string | null; opened_at: string; language: string | null; person: { id: string } | null; tags: { id: string }[] };
type Tagging = { id: string; tag: string; kind: string | null; passage: { entry: string; start: number; end: number; quote: string } | null };
type Blind = { item: { id: string; subject: string | null; opened_at: string } | null; place: string | null };
type Rows<T> = { items: T[]; next?: string | null };
/** What is worth an address: a tag that is new, a conversation without tags that has some suggested, and news to be told. */
export type World = { fresh: string; suggested: string; telling: string };

/** How many of the conversations that were tagged are tagged again by people here. */
const AT_WORK = 130;

async function send(page: Page, method: 'post' | 'put' | 'patch' | 'delete', path: string, data?: unknown, headers: Record<string, string> = {}): Promise<unknown> {
	const answer = await page.request[method](path, { data, headers });
	expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
	return answer.status() === 204 ? undefined : answer.json();
}
async function set(owner: Page, data: Record<string, unknown>): Promise<void> {
	const etag = (await owner.request.get('/api/settings')).headers()['etag']!;
	await send(owner, 'patch', '/api/settings', data, { 'if-match': etag });
}
const list_tags = async (page: Page) => (await read<Rows<Tag>>(page, '/api/tags')).items;
/** The same lot for the same words, so that two worlds are alike. */
function lot_of(words: string): number {
	let n = 2166136261;
	for (const c of words) n = Math.imul(n ^ c.codePointAt(0)!, 16777619);
	return ((n ^ (n >>> 15)) >>> 0) / 2 ** 32;
}

/** Puts people to work in a house that holds the sample company. */
export async function furnish(house: House, as: (role: 'owner' | 'curator' | 'agent') => Promise<Page>, lang: Lang): Promise<World> {
	const [owner, curator, agent] = [await as('owner'), await as('curator'), await as('agent')];
	for (const [page, name] of [[owner, '유진'], [curator, '서연'], [agent, '도현']] as const) await send(page, 'patch', '/api/me', { name });
	await set(owner, { double_coding_percent: 100, unsuggested_share: 0.25 });
	const tags = await list_tags(owner);
	const by_path = (path: string) => tags.find((tag) => tag.path === path)!.id;
	const conversations: Conversation[] = [];
	for (let cursor: string | null | undefined; cursor !== null; ) {
		const page: Rows<Conversation> = await read(owner, `/api/conversations?view=all&limit=200${cursor ? `&cursor=${cursor}` : ''}`);
		conversations.push(...page.items);
		cursor = page.next ?? null;
	}
	await tag_again(agent, conversations.filter((c) => c.tags.length === 1).slice(0, AT_WORK));
	await tag_blind(curator, conversations, tags);
	await set(owner, { double_coding_percent: 2, unsuggested_share: 0.05 });
	const fresh = await begin_something_new(curator, agent, conversations);
	await propose(agent, conversations);
	bring_in(house);
	const [split, merged] = [by_path('database/filters'), by_path('views/saved')];
	await curate(curator, merged, by_path);
	for (const [name, query, shared] of [['요금제별 필터', `tags=${split}&columns=channel&period=all`, true], ['Kinds by week', 'rows=week&columns=kind&show=chart&period=all', false]] as const)
		await send(owner, 'post', '/api/explore/views', { name, query, shared });
	return { fresh, suggested: await find_suggested(agent, conversations, lang), telling: await prepare_news(owner) };
}

/** What most people asked for ships, the public roadmap shows it and others, and those who asked are about to be told. */
async function prepare_news(owner: Page): Promise<string> {
	type Item = { id: string; title: { ko?: string; en?: string }; problem: { ko?: string; en?: string }; status: string; counts: { conversations: number | null } };
	const { items } = await read<Rows<Item>>(owner, '/api/roadmap/items');
	const most = [...items].sort((a, b) => (b.counts.conversations ?? 0) - (a.counts.conversations ?? 0));
	for (const { id, title, problem } of most.slice(0, 5)) {
		const etag = (await owner.request.get(`/api/roadmap/items/${id}/public`)).headers()['etag']!;
		await send(owner, 'put', `/api/roadmap/items/${id}/public`, { is_public: true, title, problem }, { 'if-match': etag });
	}
	const etag = (await owner.request.get('/api/outside')).headers()['etag']!;
	await send(owner, 'put', '/api/outside', { is_on: true, name: '', colour: '#27705f', address: null, shows_counts: true, takes_wishes: false, door: null }, { 'if-match': etag });
	const ships = most.find((one) => one.status !== 'shipped')!;
	await send(owner, 'post', `/api/roadmap/items/${ships.id}/move`, { status: 'shipped' });
	const { events } = await read<{ events: { event: string }[] }>(owner, `/api/roadmap/items/${ships.id}/loop`);
	return ((await send(owner, 'post', '/api/tellings', { events: [events[0]!.event] })) as { id: string }).id;
}

/** A conversation nobody tagged yet, in the language, with tags suggested and earlier ones like it. */
async function find_suggested(agent: Page, conversations: Conversation[], lang: Lang): Promise<string> {
	for (const c of conversations.filter((c) => !c.tags.length && c.language === lang && c.person)) {
		const suggested = await read<Rows<unknown>>(agent, `/api/conversations/${c.id}/suggestions`);
		if (suggested.items.length > 1 && (await read<Rows<unknown>>(agent, `/api/conversations/${c.id}/similar`)).items.length) return c.id;
	}
	throw new Error('no conversation with suggestions');
}

/** An agent reads conversations and gives their tags as people do, most of them from what is suggested. */
async function tag_again(agent: Page, conversations: Conversation[]): Promise<void> {
	for (const { id } of conversations) {
		const given = (await read<Rows<Tagging>>(agent, `/api/conversations/${id}/taggings`)).items;
		for (const tagging of given) await send(agent, 'delete', `/api/taggings/${tagging.id}`);
		const { items } = await read<Rows<{ tag: string }>>(agent, `/api/conversations/${id}/suggestions`);
		for (const { tag, kind, passage } of given)
			await send(agent, 'post', `/api/conversations/${id}/taggings`, { tag_id: tag, kind, passage: passage && { entry_id: passage.entry, start: passage.start, end: passage.end, quote: passage.quote }, suggested: items.some((s) => s.tag === tag) });
	}
}

/** A second person mostly agrees; now and then takes a tag for its neighbour, or finds nothing. A curator decides some. */
async function tag_blind(curator: Page, conversations: Conversation[], tags: Tag[]): Promise<void> {
	const known = new Map(conversations.map((c) => [`${c.subject} ${c.opened_at}`, c.tags.map((tag) => tag.id)]));
	const beside = (id: string) => {
		const tag = tags.find((x) => x.id === id)!;
		return tags.find((x) => x.parent === tag.parent && x.id !== id)?.id ?? id;
	};
	for (let place: string | null = null, i = 0; i < AT_WORK; i++) {
		const next: Blind = await read(curator, `/api/double-codings/next${place ? `?after=${place}` : ''}`);
		if (!next.item) break;
		const first = known.get(`${next.item.subject} ${next.item.opened_at}`) ?? [];
		const lot = lot_of(`${next.item.subject}`);
		// The last few are left for whoever looks.
		if (i > AT_WORK - 12) { place = next.place; continue; }
		const second = lot < 0.8 ? first : lot < 0.93 ? first.map(beside) : lot < 0.97 ? [...first, ...first.map(beside)] : [];
		await send(curator, 'post', `/api/double-codings/${next.item.id}/coding`, { tags: second });
	}
	const { items } = await read<Rows<{ id: string; first: string[] }>>(curator, '/api/double-codings?state=undecided&limit=50');
	for (const { id, first } of items.slice(0, Math.floor(items.length / 2))) await send(curator, 'post', `/api/double-codings/${id}/decision`, { tags: first });
}

/** A tag nobody gave before this week, given to what several people said. */
async function begin_something_new(curator: Page, agent: Page, conversations: Conversation[]): Promise<string> {
	const { id } = (await send(curator, 'post', '/api/tags', {
		label: { ko: '되풀이되는 안내', en: 'Repeated notices' },
		definition: { ko: '이미 읽은 안내가 다시 뜬다는 말.', en: 'A notice that was read already appears again.' }
	})) as Tag;
	const persons = new Set<string>();
	for (const c of conversations.filter((c) => c.tags.length && Date.now() - Date.parse(c.opened_at) < 6 * 86_400_000)) {
		if (!c.person || persons.has(c.person.id) || persons.size === 7) continue;
		persons.add(c.person.id);
		await send(agent, 'post', `/api/conversations/${c.id}/taggings`, { tag_id: id });
	}
	return id;
}

async function propose(agent: Page, conversations: Conversation[]): Promise<void> {
	const wanted = [
		{ ko: '저장한 필터 공유', en: 'Shared saved filters', note: '필터를 저장해도 동료에게는 보이지 않는다는 말이 이번 주에만 세 번 나왔습니다.' },
		{ ko: '인쇄 여백', en: 'Print margins', note: 'Tables are printed with the last column missing; no tag says so.' }
	];
	for (const [i, { ko, en, note }] of wanted.entries()) {
		const conversation = conversations.filter((c) => c.tags.length)[i * 7]!.id;
		const whole = await read<{ entries: { id: string; author: string; text: string }[] }>(agent, `/api/conversations/${conversation}`);
		const entry = whole.entries.find((e) => e.author === 'person')!;
		const quote = entry.text.split(/(?<=[.?!])\s/).sort((a, b) => b.length - a.length)[0]!;
		const start = [...entry.text.slice(0, entry.text.indexOf(quote))].length;
		await send(agent, 'post', '/api/tags/propose', { label: { ko, en }, note, conversation, passage: { entry_id: entry.id, start, end: start + [...quote].length, quote } });
	}
}

/** Tags of another desk come in and wait. */
function bring_in(house: House): void {
	const line = (n: number, tag: string) =>
		JSON.stringify({ external_id: `old-${n}`, channel: 'email', opened_at: '2026-11-10T00:00:00Z', tags: [tag], entries: [{ external_id: '1', author: 'person', at: '2026-11-10T00:00:00Z', text: 'We need the invoice again, please.' }] });
	const file = join(house.data, 'old-desk.jsonl');
	writeFileSync(file, ['Saved filters', 'Saved filters', 'invoice copy', 'refund'].map((tag, i) => line(i, tag)).join('\n') + '\n');
	house.run(['import', file, '--format', 'jsonl', '--source', 'olddesk']);
}

async function curate(curator: Page, merged: string, by_path: (path: string) => string): Promise<void> {
	await send(curator, 'put', '/api/curation/budget', { limit: 200 });
	await send(curator, 'post', '/api/curation/changes', { title: '', ops: [{ op: 'change', tag: merged, aliases: { ko: ['저장 보기'], en: ['saved view'] } }] });
	await send(curator, 'post', '/api/curation/drafts', {
		title: '보기와 필터 정리',
		ops: [
			{ op: 'merge', tag: merged, into: by_path('database/filters') },
			{ op: 'change', tag: by_path('database/filters'), label: { ko: '필터와 저장한 보기', en: 'Filters and saved views' } }
		]
	});
}
