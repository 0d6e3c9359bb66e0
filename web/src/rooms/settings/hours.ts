// Hours of a day between the minutes the server keeps and the clock a field shows. Pure.
import type { Hours } from './api';

/** 540 → `09:00`; the end of a day is shown as its last minute, since a field knows no 24:00. */
export function clock_of(minutes: number): string {
	const shown = Math.min(minutes, 1439);
	return `${String(Math.floor(shown / 60)).padStart(2, '0')}:${String(shown % 60).padStart(2, '0')}`;
}

/** `09:00` → 540; as an end, midnight and the last minute are the end of the day. */
export function minutes_of(clock: string, is_end: boolean): number {
	const [hours = 0, minutes = 0] = clock.split(':').map(Number);
	const at = hours * 60 + minutes;
	return is_end && (at === 0 || at === 1439) ? 1440 : at;
}

/** Monday to Friday, nine to six. */
export function usual_hours(zone: string): Hours {
	return { zone, teams: [], week: Array.from({ length: 7 }, (_, day) => (day < 5 ? [{ from: 540, to: 1080 }] : [])), holidays: [] };
}
