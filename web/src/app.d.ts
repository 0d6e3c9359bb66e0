// Types SvelteKit asks us to name; we use none of its optional ones.
declare global {
	namespace App {}
}
export {};
