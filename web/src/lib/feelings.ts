// How customers feel: the words, the shapes and the sides. Never told by colour alone.
import type { Emotion, EntryEmotion } from '$lib/api/types';

export const EMOTIONS = ['anger', 'annoyance', 'disappointment', 'confusion', 'relief', 'gratitude', 'delight'] as const satisfies readonly Emotion[];
export const SIDES = ['negative', 'neutral', 'positive'] as const;
export const VALENCES = [-2, -1, 0, 1, 2] as const;

const NAMES = ['very-bad', 'bad', 'even', 'good', 'very-good'] as const;
const SHAPES = ['▼▼', '▼', '○', '▲', '▲▲'] as const;
const place = (valence: number) => Math.max(0, Math.min(4, Math.round(valence) + 2));

export const shape_of = (valence: number) => SHAPES[place(valence)]!;
/** The key of the words for a valence. */
export const valence_key = (valence: number) => `valence-${NAMES[place(valence)]!}`;
export const tone_of = (valence: number) => (valence < 0 ? 'low' : valence > 0 ? 'high' : 'even');

/** The side an emotion goes with; confusion goes with any. */
export function side_of(emotion: Emotion): -1 | 0 | 1 {
	const at = EMOTIONS.indexOf(emotion);
	return at < 3 ? -1 : at === 3 ? 0 : 1;
}

type Felt = Pick<EntryEmotion, 'valence' | 'emotion'>;

/** Another emotion: the valence moves only where it would contradict it. */
export function with_emotion(now: Felt, emotion: Emotion): Felt {
	const side = side_of(emotion);
	const fits = side === 0 || Math.sign(now.valence) === side;
	return { emotion, valence: fits ? now.valence : side };
}

/** Another valence: an emotion of the other side goes. */
export function with_valence(now: Felt, valence: number): Felt {
	const side = now.emotion ? side_of(now.emotion) : 0;
	return { valence, emotion: side === 0 || Math.sign(valence) === side ? now.emotion : null };
}
