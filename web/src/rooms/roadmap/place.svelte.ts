// Where an item stands and what stands behind it, in words.
import { lang, t } from '$lib/i18n/index.svelte';
import { counted, text_of } from '$lib/name.svelte';
import type { DirectionRef, PlannedItem, Ranked, Thirds } from './plan_api';

const ENDINGS: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const rules = new Intl.PluralRules('en', { type: 'ordinal' });

/** `3rd`, `3위`. */
export const ordinal = (n: number): string => (lang() === 'ko' ? `${n}위` : `${n}${ENDINGS[rules.select(n)]}`);

/** `3rd, like 2nd to 5th`. */
export function place_words(one: Pick<Ranked, 'place' | 'place_from' | 'place_to'>): string {
	if (one.place === null) return t('place-none');
	const place = ordinal(one.place);
	return one.place_from === one.place_to || one.place_from === null || one.place_to === null ? place : t('place-like', { place, from: ordinal(one.place_from), to: ordinal(one.place_to) });
}

/** `39 accounts or persons, 61 people ask`. */
export function people_words(one: Ranked): string {
	const { asks, askers } = one.parts;
	if (asks === null || askers === null) return t('too-few');
	return asks === 0 ? t('place-nobody') : t('stand-people', { people: counted(asks, 'persons'), askers });
}

/** How much it is worth beside all others. */
export function value_words(value: number | null, thirds: Thirds | null): string {
	if (value === null) return t('too-few');
	if (value === 0 || !thirds) return t('value-none');
	return t(value >= thirds.much ? 'value-much' : value >= thirds.some ? 'value-some' : 'value-little');
}

export const fit_words = (fit: number, direction: DirectionRef | null): string => (direction ? t(`fit-${fit}`, { direction: text_of(direction.words) }) : t('fit-unknown'));

/** `5 to 9 person-weeks`. */
export function effort_words(effort: readonly [number, number, number] | null): string {
	if (!effort) return t('effort-none');
	return effort[0] === effort[2] ? t('effort-exact', { weeks: effort[0] }) : t('effort-weeks', { low: effort[0], high: effort[2] });
}

/** Why an item is in or out of a half-year. */
export function because_words(one: Pick<PlannedItem, 'because'> & { team?: string | null | undefined; needs?: string | null | undefined }, title: (id: string) => string): string {
	return t(`because-${one.because.replaceAll('_', '-')}`, { team: team_words(one.team ?? ''), item: one.needs ? title(one.needs) : '' });
}

/** The whole house has no name. */
export const team_words = (team: string): string => team || t('team-house');

/** At most three decimals. */
export const decimals = (n: number | null): string => (n === null ? t('too-few') : n.toLocaleString(lang(), { maximumFractionDigits: 3 }));

/** Person-weeks, to a tenth. */
export const weeks = (n: number): string => n.toLocaleString(lang(), { maximumFractionDigits: 1 });
