// Both languages say everything, with the same arguments, and the interface asks for nothing that they lack.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type Message, type Pattern } from '@fluent/syntax';
import { describe, expect, test } from 'vitest';
import { build_bundle, format_message } from './messages';

const root = new URL('../../../..', import.meta.url).pathname;
const read = (lang: string) =>
	Object.fromEntries(
		readdirSync(join(root, 'locales', lang))
			.filter((f) => f.endsWith('.ftl'))
			.map((f) => [f, readFileSync(join(root, 'locales', lang, f), 'utf8')])
	);
const files = { ko: read('ko'), en: read('en') };

function list_messages(texts: Record<string, string>): Map<string, Message> {
	const found = new Map<string, Message>();
	for (const [name, text] of Object.entries(texts))
		for (const entry of parse(text, {}).body) {
			if (entry.type === 'Junk') throw new Error(`${name}: ${JSON.stringify((entry as { content: string }).content)}`);
			if (entry.type === 'Message') found.set((entry as Message).id.name, entry as Message);
		}
	return found;
}
const ko = list_messages(files.ko);
const en = list_messages(files.en);

function variables(pattern: Pattern | null): string[] {
	const names = new Set<string>();
	JSON.stringify(pattern, (_k, v) => {
		if (v?.type === 'VariableReference') names.add(v.id.name);
		return v;
	});
	return [...names].sort();
}

// The same in both languages on purpose: names of things that have one name.
const SAME = new Set<string>(['channel-api', 'mailbox-tls-tls', 'mailbox-tls-starttls']);

describe('the two languages', () => {
	test('have the same files and the same messages', () => {
		expect(Object.keys(files.ko)).toEqual(Object.keys(files.en));
		expect([...ko.keys()].sort()).toEqual([...en.keys()].sort());
	});
	test('take the same arguments, except that Korean may leave out what grammar does not need', () => {
		for (const [key, message] of en) {
			const korean = variables(ko.get(key)?.value ?? null);
			for (const name of korean) expect(variables(message.value), key).toContain(name);
		}
	});
	test('are really translated', () => {
		const [korean, english] = [build_bundle('ko', files.ko), build_bundle('en', files.en)];
		const untranslated = [...en.keys()].filter(
			(key) => !SAME.has(key) && /[A-Za-z]{3}/.test(format_message(english, key).replace(/\{[^}]*\}/g, '')) && format_message(korean, key) === format_message(english, key)
		);
		expect(untranslated).toEqual([]);
	});
});

function list_sources(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		if (statSync(path).isDirectory()) return list_sources(path);
		return /\.(svelte|ts)$/.test(name) && !name.endsWith('.test.ts') ? [path] : [];
	});
}
const sources = list_sources(join(root, 'web', 'src')).map((path) => readFileSync(path, 'utf8'));
const whole = sources.join('\n');

const drop_comments = (source: string) => source.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');

test('every key the interface asks for exists', () => {
	const asked = sources.map(drop_comments).flatMap((s) => [...s.matchAll(/\bt\(\s*'([\w-]+)'/g)].map((m) => m[1]!));
	const chosen = sources.flatMap((s) => [...s.matchAll(/\bt\([^()`]*\? '([\w-]+)' : '([\w-]+)'/g)].flatMap((m) => [m[1]!, m[2]!]));
	expect([...new Set([...asked, ...chosen])].filter((key) => !en.has(key))).toEqual([]);
	expect(asked.length).toBeGreaterThan(50);
});

test('keys made from data exist for every value', () => {
	const stems = sources.flatMap((s) => [...s.matchAll(/\bt\(\s*`([\w-]+-)\$\{/g)].map((m) => m[1]!));
	for (const stem of new Set(stems)) expect([...en.keys()].some((key) => key.startsWith(stem)), stem).toBe(true);
});

test('no message of the interface is left over', () => {
	// These are said by the server and in the terminal.
	const own = Object.entries(files.en).filter(([name]) => !['errors.ftl', 'server.ftl', 'frontdoor.ftl'].includes(name));
	const stems = [...new Set(sources.flatMap((s) => [...s.matchAll(/`([\w-]+-)\$\{/g)].map((m) => m[1]!)))];
	const unused = [...list_messages(Object.fromEntries(own)).keys()].filter(
		(key) => !whole.includes(`'${key}'`) && !whole.includes(`"${key}"`) && !stems.some((stem) => key.startsWith(stem))
	);
	expect(unused).toEqual([]);
});
