import { expect, test } from 'vitest';
import { concatS16 } from '@/server/platform/audio/pcm';
import { splitAudio } from '@/server/speech/split-audio';

const loud = (seconds: number) => Int16Array.from({ length: seconds * 1000 }, (_, index) => (index % 2 ? 9000 : -9000));

test('an utterance stays whole', () => {
  expect(splitAudio(loud(20), 1000)).toHaveLength(1);
});

test('a long recording is cut in its pause, and nothing is lost', () => {
  const recording = concatS16([loud(19), new Int16Array(1000), loud(15)]);
  const pieces = splitAudio(recording, 1000);
  expect(pieces).toHaveLength(2);
  expect(pieces[0]!.length).toBeGreaterThan(19_000);
  expect(pieces[0]!.length).toBeLessThan(20_000);
  expect(concatS16(pieces)).toEqual(recording);
});

test('without a pause no piece is longer than the model takes', () => {
  const pieces = splitAudio(loud(100), 1000);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(24_000);
  expect(concatS16(pieces)).toEqual(loud(100));
});
