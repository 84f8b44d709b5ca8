import { listenIn, trimmed } from '../support/ears';
import { expect, test } from '../support/test';

test('a written question is answered in the thread, aloud, and its conversation can be continued', async ({ page }) => {
  await page.goto('/playground');
  await page.getByLabel('Message').fill('What is 6 times 7?');
  await page.keyboard.press('Enter');
  const thread = page.getByRole('log', { name: 'Conversation' });
  await expect(thread.getByText('The result is 42.')).toBeVisible();
  await expect(page.getByText('Connected')).toBeVisible();
  await expect(thread.getByRole('button', { name: /Timing of this turn/ })).toBeVisible();

  await page.goto('/conversations?q=6+times+7');
  await page.getByRole('link', { name: /What is 6 times 7/ }).first().click();
  await page.getByRole('link', { name: 'Continue in playground' }).click();
  await expect(thread.getByText('The result is 42.')).toBeVisible();
  await page.getByLabel('Message').fill('What is 8 times 8?');
  await page.keyboard.press('Enter');
  await expect(thread.getByText('The result is 64.')).toBeVisible();

  await page.goto('/conversations?q=6+times+7');
  await expect(page.getByText('1 conversation found')).toBeVisible();
  await expect(page.getByText('4 messages')).toBeVisible();
});

test('the stop button silences the reply at once and marks it', async ({ page }) => {
  const ears = await listenIn(page);
  await page.goto('/playground');
  await page.getByLabel('Message').fill('Tell me a long story');
  await page.keyboard.press('Enter');
  const thread = page.getByRole('log', { name: 'Conversation' });
  await expect(page.getByRole('status').filter({ hasText: 'Speaking' })).toBeVisible();
  await page.waitForTimeout(1000); // it is heard
  await page.getByRole('button', { name: 'Stop the reply' }).click();
  await expect(thread.getByText('Interrupted')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop the reply' })).toBeHidden();

  const { samples, sampleRate } = await ears.played();
  const heardSeconds = trimmed(samples).length / sampleRate;
  await page.waitForTimeout(1500); // whatever was still on its way has arrived
  const later = await ears.played();
  expect(heardSeconds).toBeGreaterThan(0.3);
  expect(heardSeconds).toBeLessThan(5); // the whole reply takes seven seconds
  expect(trimmed(later.samples).length / sampleRate - heardSeconds).toBeLessThan(0.3);
  expect(later.samples.length).toBeGreaterThan(samples.length); // the ears were open all the time

  await page.getByLabel('Message').fill('What is 2 plus 2?');
  await page.keyboard.press('Enter');
  await expect(thread.getByText('The result is 4.')).toBeVisible();
});

test('a live session is shown on the home page and can be ended from there', async ({ page, context }) => {
  const talking = await context.newPage();
  await talking.goto('/playground');
  await talking.getByLabel('Message').fill('What is 3 plus 3?');
  await talking.keyboard.press('Enter');
  await expect(talking.getByText('The result is 6.')).toBeVisible();

  await page.goto('/');
  await expect(page.getByText('Everything is working')).toBeVisible();
  await page.getByRole('button', { name: /^End the session of/ }).first().click();
  await page.getByRole('button', { name: 'End session' }).click();
  await expect(talking.getByText('The session was ended.')).toBeVisible();
  await expect(page.getByText('Nobody is talking right now')).toBeVisible();
});

test('without a microphone the page says what to do, and writing still works', async ({ page }) => {
  await page.goto('/playground');
  const talk = page.getByRole('button', { name: 'Hold to talk' });
  await talk.hover();
  await page.mouse.down();
  await expect(page.getByRole('alert').filter({ hasText: /microphone/i })).toBeVisible();
  await page.mouse.up();
  await page.getByLabel('Message').fill('What is 5 plus 5?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log').getByText('The result is 10.')).toBeVisible();
});
