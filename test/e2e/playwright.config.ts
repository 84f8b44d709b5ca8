import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

/** `npm run test:e2e`: the whole product in a real browser. Needs Chromium, sox and the Debian prompts (see support/spoken-wav.ts). */
export default defineConfig({
  testDir: './specs',
  outputDir: fileURLToPath(new URL('../../test-output/e2e', import.meta.url)),
  globalSetup: './support/global-setup.ts',
  // Each with a Parley of its own (`--workers 1` starts one). A spec holds the lock `left` or `right`, each for about half of the
  // time; one that listens, or is listened to, holds both, since it measures the machine, too: it comes when nothing else runs.
  workers: 2,
  // A dozen pages are judged in one test, some of them on four times the usual screen: minutes on a small, busy machine.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  forbidOnly: Boolean(process.env.CI),
  // A browser on a shared machine may stand still for a minute. What passed only the second time is listed as flaky, and is a fault to look at.
  retries: process.env.CI ? 1 : 0,
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
    trace: 'on-first-retry', // kept of every test, it costs as much as the test
    screenshot: 'only-on-failure',
  },
});
