import { lastAudible, listenIn, trimmed } from '../support/ears';
import { expect, test } from '../support/test';

test.describe.configure({ lock: ['left', 'right'] });

test('a written question is answered in the thread, aloud, and its conversation can be continued', async ({ page }, { retry }) => {
  const factor = 23 + retry; // nobody else asks, and it has not been asked before
  await page.goto('/playground');
  await page.getByLabel('Message').fill(`What is 19 times ${factor}?`);
  await page.keyboard.press('Enter');
  const thread = page.getByRole('log', { name: 'Conversation' });
  await expect(thread.getByText(`The result is ${19 * factor}.`)).toBeVisible();
  await expect(page.getByText('Connected')).toBeVisible();
  await expect(thread.getByRole('button', { name: /Timing of this turn/ })).toBeVisible();

  await page.goto(`/conversations?q=19+times+${factor}`);
  await page.getByRole('link', { name: `What is 19 times ${factor}` }).click();
  await page.getByRole('link', { name: 'Continue in playground' }).click();
  await expect(thread.getByText(`The result is ${19 * factor}.`)).toBeVisible();
  await page.getByLabel('Message').fill('What is 8 times 8?');
  await page.keyboard.press('Enter');
  await expect(thread.getByText('The result is 64.')).toBeVisible();
  await expect(thread.getByRole('button', { name: /Timing of this turn/ })).toHaveCount(2); // it is written down

  await page.goto(`/conversations?q=19+times+${factor}`);
  await expect(page.getByText('1 conversation found')).toBeVisible();
  await expect(page.getByText('4 messages')).toBeVisible();
});

test('the stop button silences the reply at once and marks it', async ({ page, request }) => {
  const made = await request.post('/api/agents/', { headers: { 'sec-fetch-site': 'same-origin' }, data: { name: 'Reader', llm_provider: 'scripted', llm_model: 'chat' } });
  const ears = await listenIn(page);
  await page.goto(`/playground?agent=${((await made.json()) as { id: string }).id}`);
  await page.getByLabel('Message').fill('Read it aloud');
  await page.keyboard.press('Enter');
  const thread = page.getByRole('log', { name: 'Conversation' });
  await expect(page.getByRole('status').filter({ hasText: 'Speaking' })).toBeVisible();
  const heardSeconds = async (): Promise<number> => {
    const { samples, sampleRate } = await ears.played();
    return trimmed(samples).length / sampleRate;
  };
  await expect.poll(heardSeconds).toBeGreaterThan(0.3);
  await page.getByRole('button', { name: 'Stop the reply' }).click();
  await expect(thread.getByText('Interrupted')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop the reply' })).toBeHidden();

  await page.waitForTimeout(1500); // whatever was still on its way has arrived
  const { sampleRate, samples, clickedAtSeconds } = await ears.played();
  expect(trimmed(samples).length / sampleRate).toBeLessThan(20); // the whole reply takes half a minute
  expect(lastAudible(samples) / sampleRate - (clickedAtSeconds ?? NaN)).toBeLessThan(0.3);
  expect(samples.length / sampleRate - (clickedAtSeconds ?? NaN)).toBeGreaterThan(1); // the ears were open all the time

  await page.getByLabel('Message').fill('And what is new?');
  await page.keyboard.press('Enter');
  await expect(thread.getByText('Here is what I know about it.')).toBeVisible();
});

test('a live session is shown on the home page and can be ended from there', async ({ page, context }) => {
  await page.goto('/');
  await expect(page.getByText('Nobody is talking right now')).toBeVisible(); // who talked before has gone
  const talking = await context.newPage();
  await talking.goto('/playground');
  await talking.getByLabel('Message').fill('What is 3 plus 3?');
  await talking.keyboard.press('Enter');
  await expect(talking.getByText('The result is 6.')).toBeVisible();

  await page.bringToFront();
  await expect(page.getByText('Everything is working')).toBeVisible();
  await page.getByRole('button', { name: /^End the session of/ }).click();
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
