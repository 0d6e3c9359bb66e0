// Opens the conversation whose turn it is for me; the order stays on the server, and no number of it is shown.
import { goto } from '$app/navigation';
import { page } from '$app/state';
import { as_problem } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { say_done, say_problem } from '$lib/ui/toasts.svelte';
import { find_next } from './why_api';

/** `open` is the one I have open, which is not the next. */
export async function go_to_turn(open: string | undefined): Promise<void> {
	try {
		const { conversation } = await find_next(open);
		if (conversation) await goto(`/inbox/${encodeURIComponent(conversation)}${page.url.search}`);
		else say_done(t('turn-none'));
	} catch (error) {
		say_problem(as_problem(error).message);
	}
}
