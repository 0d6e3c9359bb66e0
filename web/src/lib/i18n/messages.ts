// Reads the Fluent files of one language into a bundle. No browser needed, so that tests use the same code.
import { FluentBundle, FluentResource, type FluentValue, type FluentVariable } from '@fluent/bundle';
import { get_josa, join_josa, type JosaPair } from './josa';

export type Lang = 'ko' | 'en';
export type Args = Record<string, FluentVariable>;

function said(value: FluentValue | undefined): string {
	if (value === undefined) return '';
	return typeof value === 'string' ? value : String(value.valueOf());
}

/** One bundle from the texts of all files of a language. Throws when two files define the same message. */
export function build_bundle(lang: Lang, files: Record<string, string>): FluentBundle {
	const bundle = new FluentBundle(lang, {
		useIsolating: false,
		functions: {
			JOSA: ([word, pair]) => join_josa(said(word), said(pair) as JosaPair),
			PARTICLE: ([word, pair]) => get_josa(said(word), said(pair) as JosaPair)
		}
	});
	for (const [name, text] of Object.entries(files)) {
		const errors = bundle.addResource(new FluentResource(text));
		if (errors.length) throw new Error(`${name}: ${errors.map((e) => e.message).join('; ')}`);
	}
	return bundle;
}

/** The text of a message, or the key in brackets when the language lacks it, so that a gap is seen and not hidden. */
export function format_message(bundle: FluentBundle, key: string, args?: Args): string {
	const [id, attribute] = key.split('.') as [string, string?];
	const message = bundle.getMessage(id);
	const pattern = attribute ? message?.attributes[attribute] : message?.value;
	if (!pattern) return `[${key}]`;
	return bundle.formatPattern(pattern, args, []);
}
