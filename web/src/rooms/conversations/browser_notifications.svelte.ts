// Whether this browser shows notifications: asked for only by a click in one's own settings, kept on this device.
const STORED = 'sarang.browser_notifications';
const can = typeof Notification !== 'undefined';

function read(): boolean {
	try {
		return localStorage.getItem(STORED) === 'on';
	} catch {
		return false;
	}
}
let wanted = $state(read());
let permission = $state(can ? Notification.permission : 'denied');

/** `denied` where the browser refuses for good, or cannot. */
export const browser_notifications = (): 'on' | 'off' | 'denied' => (permission === 'denied' ? 'denied' : wanted && permission === 'granted' ? 'on' : 'off');

export async function set_browser_notifications(on: boolean): Promise<void> {
	if (on && permission !== 'granted') permission = await Notification.requestPermission();
	wanted = on && permission === 'granted';
	try {
		localStorage.setItem(STORED, wanted ? 'on' : 'off');
	} catch {
		// Without storage it holds until the page is closed.
	}
}
