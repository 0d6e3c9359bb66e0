// Says how much script the first load needs (gzip), following the static imports of the start page; fails above the limit.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 150;
const build = new URL('../build/', import.meta.url);
const read = (path) => readFileSync(new URL('.' + path, build));
const page = read('/200.html').toString();

function first_load(entries) {
	const seen = new Map();
	const visit = (path) => {
		if (seen.has(path)) return;
		const bytes = read(path);
		seen.set(path, gzipSync(bytes, { level: 9 }).length);
		const source = bytes.toString();
		for (const [, to] of source.matchAll(/(?:from|^import|;import)\s*["']([^"']+)["']/g)) if (to.startsWith('.')) visit(new URL(to, 'http://x' + path).pathname);
	};
	entries.forEach(visit);
	return seen;
}

const manifest = JSON.parse(readFileSync(new URL('../.svelte-kit/output/client/.vite/manifest.json', import.meta.url)));
const always = [...page.matchAll(/(?:href|import\()\s*=?\s*["'](\/_app\/[^"']+\.js)["']/g)].map((m) => m[1]);
/** The chunks of a route file, its layouts and the words of one language come on top of what every page loads. */
const route = (pattern) =>
	Object.entries(manifest)
		.filter(([key]) => pattern.test(key))
		.map(([, chunk]) => '/' + chunk.file);

const nodes = readFileSync(new URL('../.svelte-kit/generated/client-optimized/app.js', import.meta.url), 'utf8');
const ids = /"\/\(in\)\/inbox\/\[\[id\]\]": \[(\d+),\[([\d,]*)\]/.exec(nodes);
const wanted = [ids[1], ...ids[2].split(',')].map((n) => new RegExp(`client-optimized/nodes/${n}\\.js$`));
const files = first_load([...always, ...wanted.flatMap(route), ...route(/i18n\/ko\.ts$/)]);
const total = [...files.values()].reduce((a, b) => a + b, 0) / 1000;
if (process.argv.includes('--list')) for (const [path, size] of [...files].sort((a, b) => b[1] - a[1])) console.log((size / 1000).toFixed(1).padStart(7), path);
console.log(`first load of the inbox: ${total.toFixed(1)} kB of script (gzip), ${files.size} files; limit ${LIMIT_KB} kB`);
if (total > LIMIT_KB) process.exit(1);
