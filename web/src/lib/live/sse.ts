// Reads a stream of server-sent events from text as it arrives. Pure, so that split lines and odd endings are tested.

export type Frame = { event: string; id?: string; data: string };

/** Feed it text; it calls back for each whole event, and for each comment line (the server's ping). */
export class SseReader {
	#rest = '';
	#event = '';
	#data: string[] = [];
	#id: string | undefined;

	constructor(
		readonly on_frame: (frame: Frame) => void,
		readonly on_ping: () => void = () => {}
	) {}

	feed(text: string): void {
		this.#rest += text;
		// A lone CR at the end may be the first half of CRLF: wait for the next piece.
		const usable = this.#rest.endsWith('\r') ? this.#rest.length - 1 : this.#rest.length;
		const lines = this.#rest.slice(0, usable).split(/\r\n|\n|\r/);
		this.#rest = lines.pop()! + this.#rest.slice(usable);
		for (const line of lines) this.#line(line);
	}

	#line(line: string): void {
		if (line === '') return this.#finish();
		if (line.startsWith(':')) return this.on_ping();
		const colon = line.indexOf(':');
		const field = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
		if (field === 'event') this.#event = value;
		else if (field === 'data') this.#data.push(value);
		else if (field === 'id' && !value.includes('\0')) this.#id = value;
	}

	#finish(): void {
		if (this.#data.length || this.#event)
			this.on_frame({ event: this.#event || 'message', id: this.#id, data: this.#data.join('\n') });
		this.#event = '';
		this.#data = [];
	}
}
