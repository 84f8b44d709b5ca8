import type { Page } from '@playwright/test';
import { ADMIN } from '../support/settings';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

/** As who knows the keyboard does it: once the page listens, which its button shows. */
async function enter(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await page.keyboard.press('Enter');
}

test.use({ storageState: { cookies: [], origins: [] } });

test.describe('sign-in', () => {
  // A refused request is an error in the browser's console: what these specs provoke.
  test.afterEach(({ faults }) => { faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 401/.test(fault))); });

  test('leads from any page to the sign-in page and back to where one was going', async ({ page }) => {
    await page.goto('/conversations?q=tokyo');
    await expect(page).toHaveURL(/\/login\?next=/);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
    await enter(page);
    await expect(page).toHaveURL(/\/conversations\?q=tokyo$/);
    await expect(page.getByRole('heading', { name: 'Conversations' })).toBeVisible();
  });

  test('says so when the password is wrong, and lets one in with the right one', async ({ page }) => {
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'Wrong e-mail or password' })).toBeVisible();
    await expect(page).toHaveURL(/\/login/);
    await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  });

  test('signs out', async ({ page }) => {
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: /^Account and theme/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/login/);
    await page.goto('/');
    await expect(page).toHaveURL(/\/login$/);
  });

  test('never sends anybody to another site', async ({ page }) => {
    await page.goto('/login?next=//example.com/');
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
    await enter(page);
    await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  });
});
