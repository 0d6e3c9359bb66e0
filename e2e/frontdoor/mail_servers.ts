// Real mail servers for a story: Debian's Dovecot, and OpenSMTPD that delivers into it and relays all other mail to a port. Each
// has its own configuration in a temporary folder and a free port of this machine, and ends with the story.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const MAIL_PASSWORD = '비밀-secret';

async function free_port(): Promise<number> {
	const server = createServer();
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const address = server.address();
	await new Promise((done) => server.close(done));
	return typeof address === 'object' && address ? address.port : 0;
}

async function until_greeted(port: number, greeting: string, why: () => string): Promise<void> {
	const greeted = () =>
		new Promise<boolean>((done) => {
			const socket = connect(port, '127.0.0.1');
			socket.setTimeout(3000, () => socket.destroy());
			socket.once('data', (bytes) => (done(bytes.toString().includes(greeting)), socket.destroy()));
			socket.once('error', () => done(false));
			socket.once('close', () => done(false));
		});
	for (const began = Date.now(); Date.now() - began < 30_000; await new Promise((done) => setTimeout(done, 100))) if (await greeted()) return;
	throw new Error(`no server answers at ${port}: ${why()}`);
}

/** Whether this machine has both, and this process may start them. */
export const has_mail_servers = (): boolean =>
	process.getuid?.() === 0 && existsSync('/usr/sbin/dovecot') && existsSync('/usr/sbin/smtpd') && spawnSync('unshare', ['-m', 'true']).status === 0;

export class MailServers {
	readonly #folder = mkdtempSync(join(tmpdir(), 'sarang-mail-'));
	#children: ChildProcess[] = [];
	#delivered = 0;
	#nobody = { uid: 0, gid: 0, group: '' };
	imap_port = 0;
	smtp_port = 0;

	/** Mail to `domain` is delivered here; all other mail goes to `relay_port`. */
	async start(domain: string, relay_port: number): Promise<void> {
		const id = (what: string) => spawnSync('id', [what, 'nobody'], { encoding: 'utf8' }).stdout.trim();
		this.#nobody = { uid: Number(id('-u')), gid: Number(id('-g')), group: id('-gn') };
		const at = this.#folder;
		chmodSync(at, 0o755);
		for (const name of ['base', 'state', 'mail']) this.#folder_of_nobody(join(at, name));
		chownSync(at, this.#nobody.uid, this.#nobody.gid);
		[this.imap_port, this.smtp_port] = [await free_port(), await free_port()];
		writeFileSync(
			join(at, 'dovecot.conf'),
			`base_dir = ${at}/base\nstate_dir = ${at}/state\nlog_path = ${at}/log\nprotocols = imap\nlisten = 127.0.0.1\nssl = no\ndisable_plaintext_auth = no
default_internal_user = nobody\ndefault_internal_group = ${this.#nobody.group}\ndefault_login_user = nobody\nmail_location = maildir:${at}/mail/%u\nmail_privileged_group =
first_valid_uid = 1\nauth_failure_delay = 0\npassdb {\n  driver = static\n  args = password=${MAIL_PASSWORD}\n}
userdb {\n  driver = static\n  args = uid=nobody gid=${this.#nobody.group} home=${at}/mail/%u\n}
service imap-login {\n  chroot =\n  inet_listener imap {\n    address = 127.0.0.1\n    port = ${this.imap_port}\n  }\n  inet_listener imaps {\n    port = 0\n  }\n}
service anvil {\n  chroot =\n}\nservice stats {\n  chroot =\n}\n`
		);
		writeFileSync(
			join(at, 'smtpd.conf'),
			`table everybody { "@" = "nobody" }\nlisten on 127.0.0.1 port ${this.smtp_port} hostname mx.${domain}\naction "keep" maildir "${at}/mail/%{rcpt.user}" virtual <everybody>
action "away" relay host smtp://127.0.0.1:${relay_port}\nmatch from any for domain "${domain}" action "keep"\nmatch from any for any action "away"\n`
		);
		const quiet = { stdio: 'ignore' as const };
		const { group } = this.#nobody;
		this.#children.push(spawn('setpriv', ['--reuid=nobody', `--regid=${group}`, '--clear-groups', '/usr/sbin/dovecot', '-F', '-c', join(at, 'dovecot.conf')], quiet));
		const script = `mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/spool && mkdir -m 711 /var/spool/smtpd && exec /usr/sbin/smtpd -d -f ${join(at, 'smtpd.conf')}`;
		this.#children.push(spawn('unshare', ['-m', 'sh', '-c', script], quiet));
		await until_greeted(this.imap_port, 'ready', () => (existsSync(join(at, 'log')) ? readFileSync(join(at, 'log'), 'utf8') : ''));
		await until_greeted(this.smtp_port, '220', () => 'OpenSMTPD');
	}

	#folder_of_nobody(path: string): void {
		mkdirSync(path, { recursive: true });
		chownSync(path, this.#nobody.uid, this.#nobody.gid);
	}

	/** A mail arrives for somebody of the domain. */
	deliver(user: string, mail: string): void {
		const home = join(this.#folder, 'mail', user);
		for (const name of ['', 'tmp', 'cur', 'new']) this.#folder_of_nobody(join(home, name));
		const name = `1795000000.M${String(this.#delivered++).padStart(8, '0')}.test`;
		writeFileSync(join(home, 'tmp', name), mail.replace(/\r?\n/g, '\r\n'));
		chownSync(join(home, 'tmp', name), this.#nobody.uid, this.#nobody.gid);
		renameSync(join(home, 'tmp', name), join(home, 'new', name));
	}

	async stop(): Promise<void> {
		for (const child of this.#children) {
			const gone = new Promise((done) => child.once('exit', done));
			if (child.exitCode === null && child.kill()) await Promise.race([gone, new Promise((done) => setTimeout(done, 5000))]);
		}
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
