import { ADMIN } from '../support/settings';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

test('the command palette goes to pages, agents and conversations', async ({ page }) => {
  await page.goto('/playground');
  await page.getByLabel('Message').fill('What is 9 times 9?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log').getByText('The result is 81.')).toBeVisible();

  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search and go to' });
  await palette.getByRole('combobox').fill('agen');
  await expect(palette.getByRole('option', { name: 'Agents' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Agents', level: 1 })).toBeVisible();

  await page.keyboard.press('Control+k');
  await palette.getByRole('combobox').fill('9 times 9');
  await palette.getByRole('option', { name: /What is 9 times 9/ }).first().click();
  await expect(page.getByRole('heading', { name: /What is 9 times 9/ })).toBeVisible();

  await page.keyboard.press('Control+k');
  await palette.getByRole('combobox').fill('Assistant');
  await palette.getByRole('option', { name: /^Assistant/ }).first().click();
  await expect(page.getByRole('form', { name: 'Settings of Assistant' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(palette).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
});

test('on a narrow screen the navigation is a drawer', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Open the navigation' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await page.getByRole('button', { name: 'Open the navigation' }).click();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Agents' }).click();
  await expect(page.getByRole('heading', { name: 'Agents', level: 1 })).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
});

test.describe('with a sign-in of its own', () => {
  test.use({ storageState: { cookies: [], origins: [] } }); // a workspace is chosen for one sign-in

  test('a new workspace is empty, and one returns from it', async ({ page }) => {
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Workspace: Default' }).click();
    await page.getByRole('menuitem', { name: 'New workspace' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Second house');
    await page.getByRole('button', { name: 'Create and open' }).click();
    await expect(page.getByRole('button', { name: 'Workspace: Second house' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'First steps' })).toBeVisible();
    await expect(page.getByText('No turns in this time').first()).toBeVisible();
    await page.getByRole('button', { name: 'Workspace: Second house' }).click();
    await page.getByRole('menuitemradio', { name: /Default/ }).click();
    await expect(page.getByRole('button', { name: 'Workspace: Default' })).toBeVisible();
  });
});
