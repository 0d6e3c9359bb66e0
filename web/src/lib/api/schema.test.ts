// The interface asks only for what the API describes: every address in the sources is one of web/openapi.json.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const web = new URL('../../..', import.meta.url).pathname;
const document = JSON.parse(readFileSync(join(web, 'openapi.json'), 'utf8')) as { paths: Record<string, Record<string, unknown>> };

function list_sources(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		if (statSync(path).isDirectory()) return list_sources(path);
		return /\.(svelte|ts)$/.test(name) && !/\.(test|d)\.ts$/.test(name) ? [path] : [];
	});
}

const bare = (path: string) => path.replace(/\$?\{[^}]*\}/g, '{}').replace(/\?.*$/, '');
const known = Object.entries(document.paths).map(([path, methods]) => ({ path: bare(path), methods: Object.keys(methods) }));
/** A part made by the caller may be a name as well as an id: `/api/${noun}/${id}`. */
const is_known = (called: string, verb: string) => {
	const pattern = new RegExp(`^${bare(called).split('{}').map((piece) => piece.replace(/[.]/g, '\\.')).join('[^/]+')}$`);
	return known.some(({ path, methods }) => pattern.test(path) && methods.includes(verb));
};

test('every address that is called is one the server has, with that method', () => {
	const unknown: string[] = [];
	let calls = 0;
	for (const file of list_sources(join(web, 'src'))) {
		const source = readFileSync(file, 'utf8');
		// get<T>('/api/…'), post(at`/api/…`), and the rest.
		for (const [, method, path] of source.matchAll(/\b(get|post|put|patch|del|post_raw)(?:<[^()]*>)?\(\s*(?:at)?['"`](\/api\/[^'"`]*)['"`]/g)) {
			calls++;
			const verb = { del: 'delete', post_raw: 'post' }[method!] ?? method!;
			if (!is_known(path!, verb)) unknown.push(`${verb} ${bare(path!)} in ${file.slice(web.length)}`);
		}
	}
	expect(unknown).toEqual([]);
	expect(calls).toBeGreaterThan(20);
});
