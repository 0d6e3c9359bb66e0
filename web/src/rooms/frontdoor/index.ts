// The door of this room: its screens stand in the settings, and are loaded when they are opened.
export const load_imports = () => import('./Imports.svelte');
export const load_import_page = () => import('./ImportPage.svelte');
