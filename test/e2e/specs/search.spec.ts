import { readFile } from 'node:fs/promises';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

test('what was said is found, marked, opened at its place and exported', async ({ page }) => {
  await page.goto('/playground');
  await page.getByLabel('Message').fill('What is 12 times 12?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log').getByText('The result is 144.')).toBeVisible();

  // Leaving cuts the answer to what was heard of it: the question is what is surely there.
  await page.goto('/conversations');
  await page.getByRole('searchbox', { name: 'Search conversations' }).fill('times 12');
  await expect(page).toHaveURL(/q=times\+12/);
  const found = page.getByRole('link', { name: /12 times 12/ }).first();
  await expect(found.locator('mark').first()).toHaveText('12');
  await found.click();
  await expect(page.getByRole('listitem').getByText('What is 12 times 12?')).toBeInViewport();

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /^Text/ }).click();
  const file = await (await download).path();
  expect(await readFile(file, 'utf8')).toContain('What is 12 times 12?');

  await page.goto('/conversations?q=times+12');
  await page.getByRole('button', { name: 'Date: Any time' }).click();
  await page.getByRole('button', { name: 'Today' }).click();
  await expect(page.getByRole('link', { name: /12 times 12/ }).first()).toBeVisible();
  await page.goto('/conversations?q=times+12&to=2020-01-01');
  await expect(page.getByText('No conversation matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(page).toHaveURL(/\/conversations$/);
});
