import { expect, test } from 'vitest';
import { concatS16 } from '@/server/platform/audio/pcm';
import { trimSilence } from '@/server/speech/trim-silence';

const RATE = 1000;
const loud = (seconds: number, amplitude = 9000) => Int16Array.from({ length: seconds * RATE }, (_, index) => (index % 2 ? amplitude : -amplitude));
const silence = (seconds: number) => new Int16Array(seconds * RATE);

test('silence before and after the words goes, but for a tenth of a second', () => {
  expect(trimSilence(concatS16([silence(2), loud(1), silence(3)]), RATE)).toEqual(concatS16([silence(0.1), loud(1), silence(0.1)]));
});

test('a room that is never quite silent is taken for silence', () => {
  expect(trimSilence(concatS16([loud(2, 90), loud(1), loud(3, 90)]), RATE)).toHaveLength(1.2 * RATE);
});

test('a pause between words stays, and so does a soft word', () => {
  const spoken = concatS16([loud(1), silence(2), loud(0.4, 900)]);
  expect(trimSilence(concatS16([silence(1), spoken, silence(1)]), RATE)).toEqual(concatS16([silence(0.1), spoken, silence(0.1)]));
});

test('a click is neither the first word nor what words are measured by', () => {
  expect(trimSilence(concatS16([loud(0.04, 32_000), silence(1), loud(0.5, 1200), silence(1), loud(0.04, 32_000)]), RATE)).toHaveLength(0.7 * RATE);
});

test('what has nothing that stands out stays whole', () => {
  for (const samples of [silence(0), silence(3), loud(0.01), loud(3), concatS16([loud(0.02), silence(2)])]) expect(trimSilence(samples, RATE)).toEqual(samples);
});
