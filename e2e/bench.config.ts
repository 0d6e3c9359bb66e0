// What the interface costs: the first load on a slow line, a key in the tag finder, keystrokes a conversation. `npm run bench`.
import { defineConfig } from '@playwright/test';
import config from './playwright.config.js';

export default defineConfig({ ...config, testMatch: '**/*.measure.ts', workers: 1, timeout: 1_200_000, retries: 0 });
