import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

interface Settings { name: string; time_zone: string; retention_days: number | null }

test('the workspace gets another name and time zone, and keeps conversations for some days', async ({ page, request }) => {
  const { name, time_zone, retention_days } = (await (await request.get('/api/workspace')).json()) as Settings;
  // The other specs know the workspace as it was, whatever becomes of this one.
  await using _ = { [Symbol.asyncDispose]: async () => { expect((await request.put('/api/workspace', { headers: { 'sec-fetch-site': 'same-origin' }, data: { name, time_zone, retention_days } })).status()).toBe(200); } };

  await page.goto('/settings');
  const general = page.getByRole('region', { name: 'General' });
  await general.getByLabel('Name').fill('Acme');
  await general.getByRole('combobox', { name: /^Time zone/ }).click();
  await page.getByPlaceholder('Search a city or region').fill('berlin');
  await page.getByRole('option', { name: /Europe\/Berlin/ }).click();
  await general.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.', { exact: true }).first()).toBeVisible();

  const retention = page.getByRole('region', { name: 'Retention' });
  await retention.getByRole('radio', { name: /Delete after some days/ }).click();
  await retention.getByLabel('Days').fill('365');
  await retention.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alertdialog')).toContainText('365 days');
  await page.getByRole('button', { name: 'Save and delete' }).click();
  await expect(page.getByRole('alertdialog')).toBeHidden();

  await page.reload();
  await expect(general.getByLabel('Name')).toHaveValue('Acme');
  await expect(general.getByRole('combobox')).toContainText('Europe/Berlin');
  await expect(retention.getByLabel('Days')).toHaveValue('365');
});

test('a vendor key is kept, never shown again, and removed', async ({ page }) => {
  const secret = 'sk-e2e-0123456789-abcdefgh';
  await page.goto('/settings/providers');
  await page.getByRole('button', { name: 'Set the Cohere key' }).click();
  await page.getByRole('textbox', { name: 'API key' }).fill(secret);
  await page.getByRole('button', { name: 'Save key' }).click();
  const row = page.getByRole('listitem').filter({ has: page.getByText('Cohere', { exact: true }) });
  await expect(row.getByText('This workspace')).toBeVisible();
  await page.reload();
  await expect(row.getByText(/Ends in/)).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  await row.getByRole('button', { name: 'Remove the Cohere key' }).click();
  await page.getByRole('button', { name: 'Remove key' }).click();
  await expect(row.getByText('No key')).toBeVisible();
});

test('a caller is exported and erased, after their name was typed', async ({ page }) => {
  await page.goto('/playground');
  await page.getByLabel('Message').fill('What is 9 times 9?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log').getByText('The result is 81.')).toBeVisible();
  const label = 'nobody-of-this-name';
  await page.goto('/settings/privacy');
  await page.getByLabel('Caller', { exact: true }).fill(label);
  await page.getByRole('button', { name: 'Download' }).click();
  await expect(page.getByText(`Nothing is kept of “${label}”.`)).toBeVisible();
  await page.getByLabel('Caller', { exact: true }).fill('admin@parley.local');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toBe('parley-admin@parley.local.json');

  await page.getByLabel('Caller to erase').fill(label);
  await page.getByRole('button', { name: 'Erase…' }).click();
  const erase = page.getByRole('button', { name: 'Erase for good' });
  await expect(erase).toBeDisabled();
  await page.getByRole('alertdialog').getByRole('textbox').fill(label);
  await erase.click();
  await expect(page.getByText(`Nothing was kept of “${label}”.`).first()).toBeVisible();
});

test('one’s own name changes, and sign-ins elsewhere can be ended', async ({ page, fresh }) => {
  const name = fresh('Ada Admin');
  await page.goto('/settings/account');
  const you = page.getByRole('region', { name: 'You' });
  await you.getByLabel('Name').fill(name);
  await you.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: /^Account and theme/ }).first()).toContainText(name);
  await expect(page.getByText('This one', { exact: true })).toBeVisible();
});
