import { expect, test } from '../support/test';

test.describe.configure({ lock: 'left' });

test('the home page counts what is said, by itself and over every range', async ({ page, context }) => {
  await page.goto('/');
  const activity = page.getByRole('region', { name: 'Activity' });
  const turns = activity.locator('dt', { hasText: /^Turns$/ }).locator('+ dd');
  await expect(turns).toHaveText(/\d/);
  await activity.getByRole('radio', { name: '1 h' }).click();
  await expect(activity.locator('[aria-busy=false]')).toBeVisible(); // no longer the figures of the range before
  const before = Number(await turns.textContent());

  const talking = await context.newPage();
  await talking.goto('/playground');
  await talking.getByLabel('Message').fill('What is 4 plus 4?');
  await talking.keyboard.press('Enter');
  await expect(talking.getByText('The result is 8.')).toBeVisible();
  await expect(turns).toHaveText(String(before + 1), { timeout: 60_000 }); // nobody has reloaded
  await expect(activity.getByRole('img', { name: /^Turns in the last hour/ })).toBeVisible();
  await expect(activity.getByRole('img', { name: /^Time to the first sound/ })).toBeVisible();

  for (const range of ['24 h', '7 d', '30 d']) {
    await activity.getByRole('radio', { name: range }).click();
    await expect(activity.locator('[aria-busy=false]')).toBeVisible();
    await expect(turns).not.toHaveText('0');
  }
  await activity.getByRole('button', { name: 'Show as a table' }).click();
  const table = activity.getByRole('region', { name: 'Activity as a table' });
  await expect(table.getByRole('columnheader')).toHaveText(['When', 'Sessions', 'Turns', 'Failed', 'p50', 'p95']);
  await expect(table.getByRole('row').nth(1)).toBeVisible();
});

test('figures that cannot be read say so, and can be asked for again', async ({ page, faults }) => {
  await page.route('**/api/trpc/**stats.get**', (route) => route.abort());
  await page.goto('/');
  const retry = page.getByRole('region', { name: 'Activity' }).getByRole('button', { name: 'Try again' });
  await expect(retry).toBeVisible();
  await page.unroute('**/api/trpc/**stats.get**');
  await retry.click();
  await expect(page.getByRole('region', { name: 'Activity' }).locator('dt', { hasText: /^Turns$/ }).locator('+ dd')).toHaveText(/\d/);
  faults.splice(0);
});
