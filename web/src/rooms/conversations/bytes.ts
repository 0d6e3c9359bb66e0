// How large a file is, in the words of the language.
import { lang } from '$lib/i18n/index.svelte';

export function say_bytes(bytes: number): string {
	const [size, unit] = bytes < 1000 ? [bytes, 'byte'] : bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : [bytes / 1e6, 'megabyte'];
	return new Intl.NumberFormat(lang(), { style: 'unit', unit: unit as string, unitDisplay: size === bytes ? 'long' : 'short', maximumFractionDigits: size < 10 ? 1 : 0 }).format(size as number);
}
