// The time now, moving quietly every half minute, and the zone of the installation.
let now_ms = $state(Date.now());
let zone_name = $state<string | undefined>();

if (typeof window !== 'undefined') setInterval(() => (now_ms = Date.now()), 30_000);

export const now = () => now_ms;
/** The IANA zone in which days are counted; the browser's own until somebody is signed in. */
export const zone = () => zone_name;
export function set_zone(name: string | undefined): void {
	zone_name = name;
}
