import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

const PASSWORD = 'three words in a row';
const NOBODY = { storageState: { cookies: [], origins: [] } };

/** Invites somebody; the link as the dialog shows it. */
async function invite(page: Page, email: string, role: string): Promise<string> {
  await page.goto('/users');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByRole('button', { name: /^Role/ }).click();
  await page.getByRole('menuitemradio', { name: new RegExp(`^${role}`) }).click();
  await dialog.getByRole('button', { name: 'Create link' }).click();
  const link = await dialog.getByLabel('Invitation link').textContent();
  await dialog.getByRole('button', { name: 'Done' }).click();
  return new URL(link ?? '').pathname;
}

test('somebody invited joins in a browser of their own, and sees what their role may', async ({ page, browser, baseURL, fresh }) => {
  const [email, name] = [fresh('joins@example.com').replace(' ', '-'), fresh('Jo Joiner')];
  const path = await invite(page, email, 'Viewer');
  await page.getByRole('link', { name: /Invitations/ }).click();
  await expect(page.getByRole('row', { name: email })).toBeVisible();

  const theirs = await browser.newContext({ ...NOBODY, ...(baseURL ? { baseURL } : {}) });
  const them = await theirs.newPage();
  await them.goto(path);
  await expect(them.getByRole('heading', { name: /^Join / })).toBeVisible();
  await them.getByLabel('Your name').fill(name);
  await them.getByRole('textbox', { name: 'Choose a password' }).fill(PASSWORD);
  await them.getByRole('button', { name: 'Create account and join' }).click();
  await expect(them.getByRole('heading', { name: 'Home' })).toBeVisible();
  await them.goto('/keys');
  await expect(them.getByText('API keys needs the role Admin')).toBeVisible();
  await them.goto('/settings/account');
  await expect(them.getByText('This one', { exact: true })).toBeVisible();

  // A used link says so
  await them.goto(path);
  await expect(them.getByRole('heading', { name: 'This invitation cannot be used' })).toBeVisible();

  await page.goto('/users');
  const row = page.getByRole('row', { name });
  await expect(row.getByText('Viewer')).toBeVisible();
  await row.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Role/ }).click();
  await page.getByRole('menuitemradio', { name: /^Admin/ }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row.getByText('Admin', { exact: true })).toBeVisible();
  await them.goto('/keys');
  await expect(them.getByRole('button', { name: 'New key' }).first()).toBeVisible();

  await row.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('alertdialog')).toBeHidden(); // while it is open, rows are hidden from everybody
  await expect(row).toBeHidden();
  await them.goto('/');
  await expect(them).toHaveURL(/\/login/);
  await theirs.close();
});

test('an invitation can be taken back, and its link then says so', async ({ page, browser, baseURL, fresh }) => {
  const email = fresh('never@example.com').replace(' ', '-');
  const path = await invite(page, email, 'Operator');
  await page.getByRole('link', { name: /Invitations/ }).click();
  await page.getByRole('button', { name: `Actions for the invitation of ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Take back' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByRole('alertdialog')).toBeHidden();
  await expect(page.getByRole('row', { name: email })).toBeHidden();
  const theirs = await browser.newContext({ ...NOBODY, ...(baseURL ? { baseURL } : {}) });
  const them = await theirs.newPage();
  await them.goto(path);
  await expect(them.getByRole('heading', { name: 'This invitation cannot be used' })).toBeVisible();
  await theirs.close();
});

test('a password link lets a member choose a new password', async ({ page, browser, baseURL, fresh }) => {
  const name = fresh('Flo Forgets');
  const path = await invite(page, fresh('forgets@example.com').replace(' ', '-'), 'Operator');
  const theirs = await browser.newContext({ ...NOBODY, ...(baseURL ? { baseURL } : {}) });
  const them = await theirs.newPage();
  await them.goto(path);
  await them.getByLabel('Your name').fill(name);
  await them.getByRole('textbox', { name: 'Choose a password' }).fill(PASSWORD);
  await them.getByRole('button', { name: 'Create account and join' }).click();
  await expect(them.getByRole('heading', { name: 'Home' })).toBeVisible();

  await page.goto('/users');
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Make a password link' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Make link' }).click();
  const link = await page.getByRole('dialog').getByLabel('Password link').textContent();
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await them.goto(new URL(link ?? '').pathname);
  await them.getByRole('textbox', { name: 'New password' }).fill('four other words in a row');
  await them.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(them.getByRole('heading', { name: 'Home' })).toBeVisible();
  await theirs.close();
});
