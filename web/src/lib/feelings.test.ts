import { expect, test } from 'vitest';
import { shape_of, side_of, valence_key, with_emotion, with_valence } from './feelings';

test('each valence has its own shape and its own words', () => {
	const all = [-2, -1, 0, 1, 2];
	expect(new Set(all.map(shape_of)).size).toBe(5);
	expect(new Set(all.map(valence_key)).size).toBe(5);
	expect(valence_key(-2)).toBe('valence-very-bad');
});

test('an emotion brings a valence of its side, and keeps one that is already there', () => {
	expect(with_emotion({ valence: 2, emotion: null }, 'anger')).toEqual({ valence: -1, emotion: 'anger' });
	expect(with_emotion({ valence: -2, emotion: null }, 'annoyance')).toEqual({ valence: -2, emotion: 'annoyance' });
	expect(with_emotion({ valence: 1, emotion: 'delight' }, 'confusion')).toEqual({ valence: 1, emotion: 'confusion' });
});

test('a valence of the other side takes the emotion away', () => {
	expect(with_valence({ valence: -1, emotion: 'anger' }, 1)).toEqual({ valence: 1, emotion: null });
	expect(with_valence({ valence: -1, emotion: 'anger' }, -2)).toEqual({ valence: -2, emotion: 'anger' });
	expect(with_valence({ valence: 0, emotion: 'confusion' }, -1)).toEqual({ valence: -1, emotion: 'confusion' });
	expect(side_of('relief')).toBe(1);
});
