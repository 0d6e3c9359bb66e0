// Pictures of every screen, in both languages and themes, wide and narrow, for looking at: `npm run shots`.
import { defineConfig } from '@playwright/test';
import config from './playwright.config.js';

export default defineConfig({ ...config, testMatch: '**/*.shots.ts', timeout: 240_000 });
