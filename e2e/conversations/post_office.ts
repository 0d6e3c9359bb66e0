// A mail server on loopback that keeps what it takes; `refused-…` has nobody at that address.
import { createServer, type Server, type Socket } from 'node:net';

export type Taken = { to: string; text: string };

/** The text of a mail that has nothing else in it. */
export function read_text(mail: string): string {
	const at = mail.indexOf('\r\n\r\n');
	const body = mail.slice(at + 4);
	if (/^content-transfer-encoding: base64/im.test(mail.slice(0, at))) return Buffer.from(body, 'base64').toString();
	const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString();
}

export class PostOffice {
	readonly taken: Taken[] = [];
	port = 0;
	#server: Server | undefined;

	async open(): Promise<void> {
		const server = createServer((socket) => this.#serve(socket));
		this.#server = server;
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		const address = server.address();
		if (typeof address === 'object' && address) this.port = address.port;
	}
	close(): void {
		this.#server?.close();
	}

	#serve(socket: Socket): void {
		let heard = '';
		let to = '';
		let in_text = false;
		const say = (line: string) => socket.write(`${line}\r\n`);
		const answer = (line: string) => {
			const verb = line.slice(0, 4).toUpperCase();
			if (verb === 'EHLO') return say('250-post.example\r\n250 AUTH PLAIN');
			if (verb === 'AUTH') return say('235 in');
			if (verb === 'RCPT') {
				to = /<([^>]*)>/.exec(line)?.[1] ?? '';
				return say(to.startsWith('refused-') ? '550 5.1.1 nobody of this name' : '250 ok');
			}
			if (verb === 'DATA') {
				in_text = true;
				return say('354 go on');
			}
			if (verb === 'QUIT') {
				say('221 bye');
				return socket.end();
			}
			return say('250 ok');
		};
		socket.on('error', () => {});
		socket.on('data', (bytes) => {
			heard += bytes.toString('latin1');
			for (;;) {
				const end = heard.indexOf(in_text ? '\r\n.\r\n' : '\r\n');
				if (end < 0) return;
				const piece = heard.slice(0, end);
				heard = heard.slice(end + (in_text ? 5 : 2));
				if (in_text) {
					in_text = false;
					this.taken.push({ to, text: piece });
					say('250 taken over');
				} else answer(piece);
			}
		});
		say('220 post.example');
	}
}
