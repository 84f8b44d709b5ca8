import { describe, expect, test } from 'vitest';
import { createResampler, resample } from '@/server/platform/audio/resampler';
import { rms } from '@/server/platform/audio/rms';

const tone = (hz: number, rate: number, seconds: number, amplitude = 16_000) =>
  Int16Array.from({ length: Math.round(rate * seconds) }, (_, index) => Math.round(amplitude * Math.sin((2 * Math.PI * hz * index) / rate)));

/** Decibels between a tone and what differs from it, away from the edges. */
function signalToError(samples: Int16Array, hz: number, rate: number): number {
  const ideal = tone(hz, rate, samples.length / rate);
  let error = 0;
  for (let index = 500; index < samples.length - 500; index++) error += (samples[index]! - ideal[index]!) ** 2;
  return 10 * Math.log10((16_000 ** 2 / 2) / (error / (samples.length - 1000)));
}

describe.each([[8000, 16_000], [16_000, 8000], [24_000, 16_000], [16_000, 24_000], [48_000, 16_000], [16_000, 48_000], [44_100, 16_000], [22_050, 16_000]])('from %i to %i Hz', (from, to) => {
  test('a tone in the pass band comes out as the same tone, in time and in level', () => {
    const hz = Math.min(from, to) * 0.3;
    const out = resample(tone(hz, from, 1), from, to);
    expect(out.length).toBe(to);
    expect(signalToError(out, hz, to)).toBeGreaterThan(70);
  });

  test('cutting the stream anywhere changes nothing', () => {
    const input = tone(440, from, 0.3);
    const resampler = createResampler(from, to);
    const parts: number[] = [];
    const sizes = [1, 7, 0, 160, 333, 2];
    for (let at = 0, turn = 0; at < input.length; turn++) {
      const size = sizes[turn % sizes.length]!;
      parts.push(...resampler.process(input.subarray(at, at + size)));
      at += size;
    }
    parts.push(...resampler.flush());
    expect(Int16Array.from(parts)).toEqual(resample(input, from, to));
  });
});

test('what the lower rate cannot carry is removed, not folded into speech', () => {
  const out = resample(tone(5000, 16_000, 0.5), 16_000, 8000);
  expect(20 * Math.log10(rms(out.subarray(300, -300)) + 1e-9)).toBeLessThan(-70);
});

test('an odd rate keeps its length to a sample', () => {
  expect(Math.abs(resample(tone(440, 44_056, 2), 44_056, 16_000).length - 32_000)).toBeLessThanOrEqual(2);
});

test('full scale does not wrap around', () => {
  const square = Int16Array.from({ length: 8000 }, (_, index) => (index % 80 < 40 ? 32_767 : -32_768));
  const out = resample(square, 8000, 16_000);
  for (let index = 200; index < out.length - 200; index++) {
    const phase = index % 160;
    if (phase > 20 && phase < 60) expect(out[index]).toBeGreaterThan(20_000);
    if (phase > 100 && phase < 140) expect(out[index]).toBeLessThan(-20_000);
  }
});

test('a resampler starts afresh after flush', () => {
  const input = tone(300, 16_000, 0.1);
  const resampler = createResampler(16_000, 24_000);
  const once = [...resampler.process(input), ...resampler.flush()];
  expect([...resampler.process(input), ...resampler.flush()]).toEqual(once);
});

test.each([0, -1, 12.5, 1e9])('a rate of %d is refused', (rate) => {
  expect(() => createResampler(rate, 16_000)).toThrow(RangeError);
});
