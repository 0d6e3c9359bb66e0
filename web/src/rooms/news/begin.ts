// Begins to tell those who asked what became of it, and leads to where it is prepared.
import { goto } from '$app/navigation';
import { as_problem } from '$lib/api/client';
import { say_problem } from '$lib/ui/toasts.svelte';
import { create_telling } from './api';

export async function begin_telling(event: string): Promise<void> {
	try {
		await goto(`/news/tell/${(await create_telling([event])).id}`);
	} catch (error) {
		say_problem(as_problem(error).message);
	}
}
