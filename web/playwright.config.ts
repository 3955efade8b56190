import { defineConfig } from '@playwright/test';
import { args, executablePath } from './scripts/browser.mjs';

const port = process.env.PORT ?? '18080';
const binary = process.env.JIDI_BIN ?? '../target/debug/jidi';
const given = process.env.BASE_URL;
const baseURL = given ?? `http://127.0.0.1:${port}`;

export default defineConfig({
  testDir: 'tests/e2e',
  workers: 1,
  retries: 0,
  timeout: 90_000,
  reporter: [['list']],
  expect: { timeout: 30_000 },
  use: {
    baseURL,
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 1,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    permissions: ['clipboard-read', 'clipboard-write'],
    launchOptions: { executablePath, args },
  },
  ...(given
    ? {}
    : {
        webServer: {
          command: `${binary} serve --store none --listen 127.0.0.1:${port}`,
          url: `http://127.0.0.1:${port}/health/ready`,
          timeout: 120_000,
          reuseExistingServer: false,
        },
      }),
});
