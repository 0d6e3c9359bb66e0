// Numbers, money, names and times as each language writes them. Pure: the language and the clock are arguments.
import type { Lang } from './messages';

const HANGUL = /\p{Script=Hangul}/u;

/** A person's name as one of us would say it: in Korean, Korean names get 님. */
export function say_person(name: string, lang: Lang): string {
	const trimmed = name.trim();
	return lang === 'ko' && HANGUL.test(trimmed) && !/\s님$/u.test(trimmed) ? `${trimmed} 님` : trimmed;
}

/** What a number counts; Korean has a counter for each. */
export type Counted = 'conversations' | 'persons' | 'teams' | 'accounts' | 'asks' | 'passages' | 'tags' | 'items';
const COUNTER_KO: Record<Counted, string> = {
	conversations: '건',
	persons: '명',
	teams: '팀',
	accounts: '곳',
	asks: '건',
	passages: '개',
	tags: '개',
	items: '개'
};

/** `61명`, `3팀`, `39곳` in Korean; the plain number in English, where the noun stands beside it. */
export function say_count(n: number, counted: Counted, lang: Lang): string {
	const number = say_number(n, lang);
	return lang === 'ko' ? number + COUNTER_KO[counted] : number;
}

/** 12,345 */
export function say_number(n: number, lang: Lang): string {
	return new Intl.NumberFormat(lang).format(n);
}

/** A share of 0..1 as a percentage with at most one decimal. */
export function say_share(share: number, lang: Lang): string {
	return new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

/** Minor units and ISO 4217 currency as money; `compact` for tight places (₩412M, ₩4.1억). */
export function say_money(minor: number, currency: string, lang: Lang, compact = false): string {
	const format = new Intl.NumberFormat(lang, {
		style: 'currency',
		currency,
		currencyDisplay: 'narrowSymbol',
		...(compact ? { notation: 'compact', maximumFractionDigits: 1, useGrouping: true } : { minimumFractionDigits: 0 })
	});
	const digits = new Intl.NumberFormat(lang, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
	return format.format(minor / 10 ** digits);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Civil day number of an instant in a zone, so that "yesterday" means the calendar and not 24 hours. */
function day_number(at: number, zone?: string): number {
	const [y, m, d] = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
		.format(at)
		.split('-')
		.map(Number) as [number, number, number];
	return Math.round(Date.UTC(y, m - 1, d) / DAY);
}

/** `8분 전`, `어제`, `11월 3일`, `2025년 3월`: near times by distance, far ones by date. */
export function say_ago(at: number, now: number, lang: Lang, zone?: string): string {
	const past = now - at;
	const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto', style: 'short' });
	if (past < MINUTE && past > -MINUTE) return lang === 'ko' ? '방금' : 'just now';
	if (past >= 0 && past < HOUR) return relative.format(-Math.floor(past / MINUTE), 'minute');
	const days = day_number(now, zone) - day_number(at, zone);
	if (past >= 0 && days === 0) return relative.format(-Math.floor(past / HOUR), 'hour');
	if (days === 1 && past > 0) return past < 6 * HOUR ? relative.format(-Math.floor(past / HOUR), 'hour') : relative.format(-1, 'day');
	if (days > 1 && days < 7) return new Intl.RelativeTimeFormat(lang, { numeric: 'always', style: 'short' }).format(-days, 'day');
	return say_day(at, now, lang, zone);
}

/** `11월 3일`; with the year where it is not this one. */
export function say_day(at: number, now: number, lang: Lang, zone?: string): string {
	const year = (t: number) => new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric' }).format(t);
	const same = year(at) === year(now);
	return new Intl.DateTimeFormat(lang, {
		timeZone: zone,
		month: same || lang === 'ko' ? 'long' : 'short',
		day: 'numeric',
		...(same ? {} : { year: 'numeric' })
	}).format(at);
}

/** `09:12` */
export function say_clock(at: number, lang: Lang, zone?: string): string {
	return new Intl.DateTimeFormat(lang, { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

/** `오늘 09:12`, `어제 09:12`, `11월 3일 09:12`. */
export function say_moment(at: number, now: number, lang: Lang, zone?: string): string {
	const days = day_number(now, zone) - day_number(at, zone);
	const day =
		days === 0 || days === 1
			? new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(-days, 'day')
			: say_day(at, now, lang, zone);
	return `${day} ${say_clock(at, lang, zone)}`;
}

/** A moment to come, with its weekday: `오늘 18:00`, `내일 09:00`, `11월 25일 (수) 09:00`. */
export function say_until(at: number, now: number, lang: Lang, zone?: string): string {
	const days = day_number(at, zone) - day_number(now, zone);
	const weekday = new Intl.DateTimeFormat(lang, { timeZone: zone, weekday: 'short' }).format(at);
	const day =
		days === 0 || days === 1
			? new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(days, 'day')
			: lang === 'ko'
				? `${say_day(at, now, lang, zone)} (${weekday})`
				: `${weekday}, ${say_day(at, now, lang, zone)}`;
	return `${day} ${say_clock(at, lang, zone)}`;
}

/** `2025년 3월`, for things where the month is enough. */
export function say_month(at: number, lang: Lang, zone?: string): string {
	return new Intl.DateTimeFormat(lang, { timeZone: zone, year: 'numeric', month: 'long' }).format(at);
}

/** The whole date and time, for a title on hover. */
export function say_exactly(at: number, lang: Lang, zone?: string): string {
	return new Intl.DateTimeFormat(lang, { timeZone: zone, dateStyle: 'full', timeStyle: 'medium' }).format(at);
}
