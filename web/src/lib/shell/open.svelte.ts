// Which of the shell's own dialogs is open.
let sheet = $state(false);
let palette = $state(false);

export const is_sheet_open = () => sheet;
export const is_palette_open = () => palette;
export function open_sheet(): void {
	palette = false;
	sheet = true;
}
export function open_palette(): void {
	sheet = false;
	palette = true;
}
export function close_shell_dialogs(): void {
	sheet = false;
	palette = false;
}
