import { microphoneArgs, SCENES } from '../support/spoken-wav';
import { expect, test } from '../support/test';

test.describe.configure({ lock: ['left', 'right'] });

const scene = SCENES.interruption;

test.use({ launchOptions: async ({ launchOptions }, use) => use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...microphoneArgs('interruption')] }) });

test('hands-free, speech is noticed by itself, and speaking into a reply stops it', async ({ page }) => {
  await page.goto('/playground');
  await page.getByRole('radio', { name: 'Hands-free' }).click();
  await page.getByRole('button', { name: 'Start listening' }).click();

  const thread = page.getByRole('log', { name: 'Conversation' });
  await expect(thread.getByText(scene.words)).toBeVisible();
  await expect(thread.getByText(/no language model configured/).first()).toBeVisible();
  await expect(thread.getByText(scene.second)).toBeVisible({ timeout: 60_000 });
  await expect(thread.getByText('Interrupted')).toBeVisible();
  await page.getByRole('button', { name: 'Stop listening' }).click();
  await expect(page.getByText('Microphone is off')).toBeVisible();
});
