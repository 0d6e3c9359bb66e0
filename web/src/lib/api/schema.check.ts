// Compile-time: what the server says it sends fits the shapes the screens are written for. Nothing here runs.
import type { components } from './schema';
import type * as ours from './types';

type Theirs = components['schemas'];
/** The server says pairs of numbers, and `null` for what is not there; the description calls such a field optional and a pair a list. */
type Whole<T> = T extends number[]
	? ours.Span
	: T extends (infer U)[]
	? Whole<U>[]
	: T extends object
		? { [K in keyof T]-?: Whole<Exclude<T[K], undefined>> | (undefined extends T[K] ? null : never) }
		: T;
/** True when every value of `A` may stand where `B` is wanted; otherwise what does not fit. */
type Fits<A, B> = [Whole<A>] extends [B] ? true : { theirs: Whole<A>; ours: B };

const checked: [
	Fits<Omit<Theirs['Me'], 'prefs'>, Omit<ours.Me, 'prefs'>>,
	Fits<Theirs['ConversationOut'], ours.ConversationRow>,
	Fits<Theirs['ConversationPage'], ours.Conversation>,
	Fits<Theirs['EntryOut'], ours.Entry>,
	Fits<Theirs['ViewCounts'], ours.ViewCounts>,
	Fits<Theirs['HitOut'], ours.Hit>,
	Fits<Theirs['TagOut'], ours.Tag>,
	Fits<Theirs['TaggingOut'], ours.Tagging>,
	Fits<Theirs['TaggingList'], ours.Taggings>,
	Fits<Theirs['Suggestions'], ours.Suggestions>,
	Fits<Theirs['SimilarOut'], ours.Similar>,
	Fits<Theirs['SuggestionReport'], ours.SuggestionReport>,
	Fits<Theirs['PersonPage'], ours.Person>,
	Fits<Theirs['TeamPage'], ours.Team>,
	Fits<Theirs['AccountPage'], ours.Account>,
	Fits<Theirs['TouchOut'], ours.Touch>,
	Fits<Theirs['RoomHits'], ours.RoomHits>,
	Fits<Theirs['EmotionWeek'], ours.EmotionWeek>
] = [true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true];
void checked;
