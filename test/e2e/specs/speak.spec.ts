import { listenIn, rms, trimmed } from '../support/ears';
import { microphoneArgs, SCENES } from '../support/spoken-wav';
import { expect, test } from '../support/test';

test.describe.configure({ lock: ['left', 'right'] });

const scene = SCENES.sum;

test.use({ launchOptions: async ({ launchOptions }, use) => use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...microphoneArgs('sum')] }) });

test('a spoken question is written down, answered aloud in full, and kept with its timings', async ({ page }) => {
  const ears = await listenIn(page);
  await page.goto('/playground');
  const talk = page.getByRole('button', { name: 'Hold to talk' });
  await talk.hover();
  await page.mouse.down();
  await expect(page.getByRole('button', { name: 'Release to send' })).toBeVisible();
  await expect.poll(() => ears.spokenSeconds()).toBeGreaterThan(scene.seconds); // the sentence is being said
  await page.mouse.up();

  const thread = page.getByRole('log', { name: 'Conversation' });
  await expect(thread.getByText(scene.words)).toBeVisible();
  await expect(thread.getByText('The result is 12.')).toBeVisible();
  await expect(thread.getByText('Working it out')).toBeVisible(); // the tool it used
  await expect(thread.getByRole('button', { name: /Timing of this turn/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop the reply' })).toBeHidden(); // it has been heard to the end

  const sent = trimmed(ears.received());
  const { sampleRate, samples, starvedSeconds } = await ears.played();
  const heard = trimmed(samples);
  const soundingLength = heard.length - starvedSeconds * sampleRate;
  expect(sampleRate).toBe(16_000);
  expect(sent.length / sampleRate).toBeGreaterThan(0.8);
  expect(rms(heard)).toBeGreaterThan(0.01);
  expect((rms(heard) * Math.sqrt(heard.length / soundingLength)) / rms(sent)).toBeCloseTo(1, 1);
  // Neither cut, nor doubled, nor with gaps between its chunks.
  expect(Math.abs(soundingLength - sent.length) / sent.length).toBeLessThan(0.05);

  await thread.getByRole('button', { name: /Timing of this turn/ }).click();
  for (const part of ['Transcript', 'First word', 'First audio', 'First sent', 'Total']) await expect(thread.getByText(part, { exact: true })).toBeVisible();

  await page.getByRole('link', { name: 'Conversations' }).click();
  await page.getByRole('link', { name: scene.words }).first().click();
  await expect(page.getByRole('heading', { name: scene.words })).toBeVisible();
  await expect(page.getByText('The result is 12.')).toBeVisible();
  await expect(page.getByText(/^Spoken ·/)).toBeVisible();
  await page.getByRole('button', { name: /Timing of this turn/ }).click();
  await expect(page.getByText('First audio', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: /Working it out/ }).click();
  await expect(page.getByText('Asked with')).toBeVisible();
});
