import { expect, test } from 'vitest';
import { concatS16 } from '@/server/platform/audio/pcm';
import { trimSilence } from '@/server/speech/trim-silence';

const RATE = 1000;
const loud = (seconds: number, amplitude = 9000) => Int16Array.from({ length: seconds * RATE }, (_, index) => (index % 2 ? amplitude : -amplitude));
const silence = (seconds: number) => new Int16Array(seconds * RATE);

test('silence before and after the words goes, but for a moment', () => {
  expect(trimSilence(concatS16([silence(2), loud(1), silence(3)]), RATE)).toEqual(concatS16([silence(0.2), loud(1), silence(0.3)]));
});

test('a room that is never quite silent is taken for silence', () => {
  expect(trimSilence(concatS16([loud(2, 90), loud(1), loud(3, 90)]), RATE)).toHaveLength(1.5 * RATE);
});

test('a pause between words stays, and so does a soft word', () => {
  const spoken = concatS16([loud(1), silence(2), loud(0.4, 900)]);
  expect(trimSilence(concatS16([silence(1), spoken, silence(1)]), RATE)).toEqual(concatS16([silence(0.2), spoken, silence(0.3)]));
});

test('a click is neither the first word nor what words are measured by, wherever it begins', () => {
  for (const start of [1, 1.005, 1.013, 1.019]) {
    const click = concatS16([silence(start), loud(0.06, 32_000), silence(1.94)]);
    expect(trimSilence(concatS16([click, loud(0.5, 1200), click]), RATE).length / RATE).toBeCloseTo(1, 1);
    expect(trimSilence(click, RATE)).toHaveLength(0);
  }
});

test('a steady sound stays whole, also below the length of a last window', () => {
  for (const samples of [loud(3), loud(1.007), loud(0.2, 3)]) expect(trimSilence(samples, RATE)).toEqual(samples);
});

test('no sound is nothing', () => {
  for (const samples of [silence(0), silence(3), loud(0.01)]) expect(trimSilence(samples, RATE)).toHaveLength(0);
});
