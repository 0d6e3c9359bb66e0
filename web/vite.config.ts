// Vite builds the interface; `npm run dev` sends /api to a server on the default port (or $SARANG_URL).
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

const server = process.env.SARANG_URL ?? 'http://127.0.0.1:7420';

export default defineConfig({
	plugins: [sveltekit()],
	server: { proxy: { '/api': server }, fs: { allow: ['../locales'] } },
	preview: { proxy: { '/api': server } },
	build: { target: 'es2022', assetsInlineLimit: 0 },
	test: { include: ['src/**/*.test.ts'], environment: 'node', benchmark: { include: ['src/**/*.bench.ts'] } }
});
