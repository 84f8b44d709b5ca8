import { microphoneArgs, SCENES } from '../support/spoken-wav';
import { expect, test } from '../support/test';

test.describe.configure({ lock: ['left', 'right'] });

const scene = SCENES.sum;

test.use({ launchOptions: async ({ launchOptions }, use) => use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...microphoneArgs('sum')] }) });

test('a thread begun by writing goes on by speaking, and by writing again', async ({ page }) => {
  await page.goto('/chat');
  const thread = page.getByRole('log', { name: 'Conversation' });
  await page.getByLabel('Message', { exact: true }).fill('What is 6 times 7?');
  await page.keyboard.press('Enter');
  await expect(thread.getByText('The result is 42.')).toBeVisible();
  const address = page.url();

  await page.getByRole('button', { name: 'Speak in this thread' }).click();
  await expect(page.getByRole('group', { name: 'Speaking' })).toBeVisible();
  await expect(thread.getByText(scene.words)).toBeVisible();
  await expect(thread.getByText('The result is 12.')).toBeVisible();
  await page.getByRole('button', { name: 'Stop speaking' }).click();
  await expect(page.getByLabel('Message', { exact: true })).toBeVisible();
  expect(page.url()).toBe(address);

  await expect(page.getByRole('button', { name: 'Speak in this thread' })).toBeEnabled();
  await page.getByLabel('Message', { exact: true }).fill('What is 8 times 8?');
  await page.keyboard.press('Enter');
  await expect(thread.getByText('The result is 64.')).toBeVisible();
  await page.reload();
  for (const words of ['The result is 42.', scene.words, 'The result is 64.']) await expect(thread.getByText(words)).toBeVisible();
  await expect(thread.getByText('Spoken')).toHaveCount(1);
});
