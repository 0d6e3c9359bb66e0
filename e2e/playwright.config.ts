// The browser stories: each against the real binary with its own data folder, in Korean and in English.
import { defineConfig } from '@playwright/test';
import { has_mail_servers } from './frontdoor/mail_servers.js';
import type { Options } from './house.js';

const CHROMIUM = process.env.SARANG_CHROMIUM ?? '/usr/bin/chromium';

const WITH_MAIL_SERVERS = 'frontdoor/mailboxes.spec.ts';
if (!has_mail_servers()) console.log(`${WITH_MAIL_SERVERS}: not run: it wants root, Dovecot and OpenSMTPD`);

export default defineConfig<Options>({
	testDir: '.',
	testIgnore: has_mail_servers() ? [] : WITH_MAIL_SERVERS,
	outputDir: 'test-results',
	fullyParallel: true,
	workers: 2,
	// A story that needs a second try is listed as flaky: a fault to be found, but not one that holds back everything else.
	retries: process.env.CI ? 1 : 0,
	forbidOnly: true,
	timeout: 120_000,
	expect: { timeout: 20_000 },
	reporter: [['list']],
	use: {
		viewport: { width: 1440, height: 900 },
		locale: 'ko-KR',
		timezoneId: 'Asia/Seoul',
		trace: 'retain-on-failure',
		screenshot: 'only-on-failure',
		actionTimeout: 20_000,
		launchOptions: {
			executablePath: CHROMIUM,
			args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
		}
	},
	projects: [
		{ name: 'ko', use: { lang: 'ko', locale: 'ko-KR' } },
		{ name: 'en', use: { lang: 'en', locale: 'en-US' } }
	]
});
