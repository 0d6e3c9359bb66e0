// How long a key press takes in 2,000 tags of two languages: `npx vitest bench`. Every prefix of a query is a key press.
import { bench, describe } from 'vitest';
import { TagFinder } from './finder';
import { catalogue, random } from './finder.world';

const tags = catalogue();
const finder = new TagFinder(tags);
const rnd = random(7);
const presses: string[] = [];
while (presses.length < 3000) {
	const { label } = tags[Math.floor(rnd() * tags.length)]!;
	for (const query of [label.ko!, label.en!, `${label.en!.slice(0, 4)}x ${label.ko}`]) for (let n = 1; n <= query.length; n++) presses.push(query.slice(0, n));
}
let at = 0;

describe('the tag finder', () => {
	bench('a key press', () => void finder.find(presses[at++ % presses.length]!), { time: 5000 });
	bench('reading the catalogue', () => void new TagFinder(tags), { time: 1000 });
});
