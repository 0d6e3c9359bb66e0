// A real house for the stories: the binary on a temporary data folder and a free port, with people who work in it.
import { AxeBuilder } from '@axe-core/playwright';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { test as base, expect, type APIRequestContext, type BrowserContext, type Page } from '@playwright/test';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export { expect, type Page };
export type Lang = 'ko' | 'en';
export type Options = { lang: Lang };
export type Role = 'owner' | 'curator' | 'agent' | 'viewer';
const PASSWORD = 'a long sentence is a good password';
const ROOT = new URL('..', import.meta.url).pathname;

function find_binary(): string {
	const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
	const binary = process.env.SARANG_BIN ?? join(target, 'debug', 'sarang');
	if (!existsSync(binary)) throw new Error(`no binary at ${binary}: cargo build -p server, or set SARANG_BIN`);
	return binary;
}

/** A running server. `first_run` is the link it printed while it had no owner. */
export class House {
	url = '';
	first_run: string | undefined;
	readonly data = mkdtempSync(join(tmpdir(), 'sarang-e2e-'));
	#child: ChildProcess | undefined;
	#port = 0;

	/** `env` says what else the server is told, such as the networks it may call. */
	constructor(readonly env: Record<string, string> = {}) {}

	/** Starts on the port it had before, or on a free one. */
	async start(): Promise<void> {
		const child = spawn(find_binary(), ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.#port}`], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.env } });
		this.#child = child;
		let said = '';
		await new Promise<void>((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`the server said nothing useful:\n${said}`)), 20_000);
			const hear = (bytes: Buffer) => {
				said += bytes.toString();
				const address = /^(http:\/\/[\d.]+:(\d+))\/?\s*$/m.exec(said);
				if (!address) return;
				this.url = address[1]!;
				this.#port = Number(address[2]);
				clearTimeout(timer);
				// The first-run link follows on the next line.
				setTimeout(() => {
					this.first_run = /(http:\/\/\S+\/setup\?token=\S+)/.exec(said)?.[1];
					resolve();
				}, 150);
			};
			child.stdout!.on('data', hear);
			child.stderr!.on('data', hear);
			child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
		});
	}

	async stop(): Promise<void> {
		const child = this.#child;
		this.#child = undefined;
		if (!child || child.exitCode !== null) return;
		const ended = new Promise((resolve) => child.once('exit', resolve));
		child.removeAllListeners('exit');
		child.once('exit', () => {});
		const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
		child.kill('SIGTERM');
		const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
		await Promise.race([ended, gone]);
		clearTimeout(timer);
	}

	async remove(): Promise<void> {
		await this.stop();
		rmSync(this.data, { recursive: true, force: true });
	}

	/** Runs a command of the binary on this house; its standard output. */
	run(args: string[], input = ''): string {
		const done = spawnSync(find_binary(), [...args, '--data', this.data], { input, encoding: 'utf8' });
		if (done.status !== 0) throw new Error(`sarang ${args.join(' ')}: ${done.stderr || done.stdout}`);
		return done.stdout;
	}

	add_user(role: Role, email = `${role}@moa.example`): void {
		this.run(['user', 'create', '--email', email, '--role', role, '--password-stdin'], `${PASSWORD}\n`);
	}
}

/** The texts of the interface, read from where the interface reads them. */
export class Words {
	readonly #bundle: FluentBundle;
	constructor(lang: Lang) {
		this.#bundle = new FluentBundle(lang, { useIsolating: false, functions: { JOSA: ([word]) => `${word}` } });
		const folder = join(ROOT, 'locales', lang);
		for (const name of readdirSync(folder).filter((n) => n.endsWith('.ftl') && !['server.ftl', 'errors.ftl', 'frontdoor.ftl'].includes(n))) this.#bundle.addResource(new FluentResource(readFileSync(join(folder, name), 'utf8')));
	}
	/** The words of a key, exactly as they are shown. */
	say(key: string, args: Record<string, string | number> = {}): string {
		const pattern = this.#bundle.getMessage(key)?.value;
		if (!pattern) throw new Error(`no message ${key}`);
		return this.#bundle.formatPattern(pattern, args, []);
	}
}

export type Session = { page: Page; context: BrowserContext; api: APIRequestContext };

/** Signs a member in, in their language, and opens an address. */
export async function sign_in(context: BrowserContext, house: House, role: Role, lang: Lang): Promise<Page> {
	const answer = await context.request.post(`${house.url}/api/session`, { data: { email: `${role}@moa.example`, password: PASSWORD } });
	expect(answer.status(), await answer.text()).toBe(200);
	await context.request.patch(`${house.url}/api/me`, { data: { ui: lang } });
	return context.newPage();
}

type Fixtures = { say: Words['say']; as: (role: Role) => Promise<Page>; alone: House };
type WorkerFixtures = { lang: Lang; house: House };

export const test = base.extend<Fixtures, WorkerFixtures & Options>({
	lang: ['ko', { option: true, scope: 'worker' }],
	/** A house filled with the sample company, shared by the stories of one worker. */
	house: [
		async ({}, use) => {
			const house = new House();
			for (const role of ['owner', 'curator', 'agent', 'viewer'] as const) house.add_user(role);
			house.run(['demo']);
			await house.start();
			await use(house);
			await house.remove();
		},
		{ scope: 'worker', timeout: 120_000 }
	],
	/** An empty house of its own. */
	alone: async ({}, use) => {
		const house = new House();
		await house.start();
		await use(house);
		await house.remove();
	},
	say: async ({ lang }, use) => {
		const words = new Words(lang);
		await use((key, args) => words.say(key, args));
	},
	/** A page of somebody signed in; each call is another browser. */
	as: async ({ browser, house, lang }, use) => {
		const open: BrowserContext[] = [];
		await use(async (role) => {
			const context = await browser.newContext({ baseURL: house.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US', timezoneId: 'Asia/Seoul', viewport: { width: 1440, height: 900 } });
			open.push(context);
			return sign_in(context, house, role, lang);
		});
		for (const context of open) await context.close();
	}
});

/** Nothing serious or critical by WCAG 2.2 AA. */
export async function expect_accessible(page: Page, what: string): Promise<void> {
	const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
	const grave = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
	expect(
		grave.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary ?? ''}`).join('\n  ')}`),
		`axe on ${what}`
	).toEqual([]);
}

/** Reads JSON as this page's person. */
export async function read<T>(page: Page, path: string): Promise<T> {
	const answer = await page.request.get(path);
	expect(answer.ok(), `${path}: ${answer.status()}`).toBe(true);
	return (await answer.json()) as T;
}
