// Webhooks: a rule is set up in the settings, another program hears of it signed, and what it refuses is seen and sent again.
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, expect_accessible, read, sign_in, test } from '../house.js';

type Heard = { headers: IncomingHttpHeaders; text: string };

/** Another program: what it hears, and how it answers. */
async function open_ear() {
	const ear = { heard: [] as Heard[], answers: 200, url: '', close: () => void server.close() };
	const server = createServer((request, response) => {
		let text = '';
		request.on('data', (part: Buffer) => (text += part.toString()));
		request.on('end', () => {
			ear.heard.push({ headers: request.headers, text });
			response.writeHead(ear.answers).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	ear.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hear`;
	return ear;
}

test('a rule is set up, another program hears of it signed, and a refusal is seen and mended', async ({ alone, browser, lang, say }) => {
	const ear = await open_ear();
	await alone.stop();
	writeFileSync(join(alone.data, 'sarang.toml'), 'outside_networks = ["127.0.0.1"]\n');
	alone.add_user('owner');
	alone.add_user('curator');
	alone.run(['demo']);
	await alone.start();
	const context = await browser.newContext({ baseURL: alone.url, locale: lang, viewport: { width: 1440, height: 900 } });
	const page = await sign_in(context, alone, 'owner', lang);
	await page.goto('/settings/hooks');
	await expect(page.getByText(say('hooks-none'), { exact: true })).toBeVisible();
	await expect_accessible(page, 'no webhooks');

	// Inside stays inside, but for what the operator allowed; and it is said in the person's language.
	await page.getByLabel(say('hook-url')).fill('http://10.0.0.8/hear');
	await page.getByRole('button', { name: say('hook-add') }).click();
	await expect(page.getByText(/outside_networks/)).toBeVisible();

	// A tag that is spoken of often in the sample company.
	const tags = await read<{ items: { id: string; n30: number; label: Record<string, string> }[] }>(page, '/api/tags');
	const often = tags.items.sort((a, b) => b.n30 - a.n30)[0]!;
	await page.getByLabel(say('hook-url')).fill(ear.url);
	const choose = page.getByRole('combobox', { name: say('hook-tag') });
	await choose.focus();
	await page.keyboard.press('ControlOrMeta+a');
	await choose.pressSequentially(often.label[lang]!, { delay: 5 });
	await page.getByRole('option', { name: new RegExp(often.label[lang]!) }).first().click();
	await page.getByLabel(say('hook-least')).fill('2');
	await page.getByLabel(say('hook-days')).fill('366');
	await page.getByRole('button', { name: say('hook-add') }).click();
	const secret = await page.getByRole('status').getByRole('textbox').inputValue();
	const card = page.getByRole('region', { name: ear.url });
	await expect(card.getByText(say('hook-state-sent'), { exact: true })).toBeVisible({ timeout: 15_000 });
	await expect(card.getByText(say('hook-kind-threshold'))).toBeVisible();
	const { headers, text } = ear.heard[0]!;
	const signed = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(`${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${text}`);
	expect(headers['webhook-signature']).toBe(`v1,${signed.digest('base64')}`);
	const message = JSON.parse(text) as { type: string; data: { tags: { conversations: number; link: string }[] } };
	expect(message.type).toBe('tagging.threshold');
	expect(message.data.tags[0]!.conversations).toBeGreaterThanOrEqual(2);

	// A refusal is seen with its reason, and mended by the next try.
	ear.answers = 500;
	await card.getByRole('button', { name: say('hook-test') }).click();
	await expect(card.getByText('answered 500')).toBeVisible();
	await expect(card.getByText(say('hook-state-waiting'), { exact: true })).toBeVisible();
	await expect_accessible(page, 'webhooks');
	ear.answers = 200;
	await expect(card.getByText(say('hook-state-sent'), { exact: true })).toHaveCount(2, { timeout: 20_000 });
	await page.reload();
	await expect(card.getByText(say('hook-state-sent'), { exact: true })).toHaveCount(2);
	await expect(page.getByText(secret)).toHaveCount(0);

	// Pausing is said; removing leaves nothing. A narrow screen holds it all.
	await card.getByRole('button', { name: say('hook-pause') }).click();
	await expect(card.getByText(say('hook-paused'), { exact: true })).toBeVisible();
	await page.setViewportSize({ width: 390, height: 844 });
	expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
	await card.getByRole('button', { name: say('hook-remove-one', { url: ear.url }) }).click();
	await expect(page.getByText(say('hooks-none'), { exact: true })).toBeVisible();

	// It is not for everybody.
	const other = await browser.newContext({ baseURL: alone.url });
	const curator = await sign_in(other, alone, 'curator', lang);
	await curator.goto('/settings/hooks');
	await expect(curator.getByText(say('settings-not-yours'), { exact: true })).toBeVisible();
	await other.close();
	await context.close();
	ear.close();
});
