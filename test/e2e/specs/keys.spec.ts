import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

test('a key is shown once, works as its example says, and stops when it is revoked', async ({ page, playwright, baseURL, fresh }) => {
  const name = fresh('Night script');
  await page.goto('/keys');
  await page.getByRole('button', { name: 'New key' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('radio', { name: /Only some of it/ }).click();
  await expect(dialog.getByRole('button', { name: 'Create key' })).toBeDisabled();
  await dialog.getByRole('checkbox', { name: 'Agents' }).click();
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const key = (await dialog.getByLabel(name).textContent()) ?? '';
  await expect(dialog.getByLabel('Try it', { exact: true })).toContainText(key);
  await page.keyboard.press('Escape'); // it cannot be shown again, so it does not go away by accident
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).click();

  const stranger = await playwright.request.newContext({ ...(baseURL ? { baseURL } : {}), extraHTTPHeaders: { authorization: `Bearer ${key}` } });
  expect((await stranger.get('/api/agents/')).status()).toBe(200);
  expect((await stranger.get('/api/keys')).status()).toBe(403);

  const row = page.getByRole('row', { name });
  await expect(row).toContainText('Agents');
  await row.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await expect(row.getByText('Revoked', { exact: true }).first()).toBeVisible();
  expect((await stranger.get('/api/agents/')).status()).toBe(401);
  await stranger.dispose();

  await page.goto('/audit?action=api_key');
  await page.getByRole('button', { name: `revoked API key ${name}` }).click();
  await expect(page.getByText('api_key.revoke')).toBeVisible();
});
