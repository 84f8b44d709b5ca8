import { test as base } from '@playwright/test';
import { baseUrl, signedIn } from './settings';

interface Fixtures {
  /** Script errors and refused resources of the page: a spec ends with none. */
  faults: string[];
  /** The name; when the test runs again another, since what it made the first time is still there. */
  fresh: (name: string) => string;
}

/** Specs of the signed-in console; a page that logs an error fails. */
export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => use(baseUrl()),
  storageState: async ({}, use) => use(signedIn()),
  fresh: async ({}, use, { retry }) => use((name) => (retry === 0 ? name : `${retry + 1} ${name}`)),
  faults: [async ({ page }, use) => {
    const faults: string[] = [];
    page.on('console', (message) => { if (message.type() === 'error') faults.push(`${message.text()} (${message.location().url})`); });
    page.on('pageerror', (error) => faults.push(error.message));
    await use(faults);
    base.expect(faults).toEqual([]);
  }, { auto: true }],
});

export { expect } from '@playwright/test';
