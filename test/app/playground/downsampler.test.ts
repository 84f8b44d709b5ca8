import { describe, expect, it } from 'vitest';
import { Downsampler } from '@/app/(console)/playground/_lib/downsampler';

const tone = (hz: number, rate: number, seconds: number) => Float32Array.from({ length: rate * seconds }, (_, index) => Math.sin((2 * Math.PI * hz * index) / rate));

function run(input: Float32Array, fromHz: number, blockSize: number): Float32Array {
  const downsampler = new Downsampler(fromHz, 16_000);
  const blocks: number[] = [];
  for (let at = 0; at < input.length; at += blockSize) blocks.push(...downsampler.process(input.subarray(at, at + blockSize)));
  return Float32Array.from(blocks);
}

const rms = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
/** Without the filter's beginning and end. */
const inner = (samples: Float32Array) => samples.subarray(200, samples.length - 200);

describe.each([44_100, 48_000, 96_000, 16_000])('from %i Hz to 16 kHz', (rate) => {
  it('keeps a tone of the voice as it is, sample by sample', () => {
    const expected = tone(1000, 16_000, 1);
    const got = run(tone(1000, rate, 1), rate, 882);
    expect(Math.abs(got.length - expected.length)).toBeLessThan(20);
    const error = inner(got).map((sample, index) => sample - inner(expected)[index]!);
    expect(rms(error)).toBeLessThan(0.002);
  });

  it('gives the same samples however the input is cut', () => {
    const input = tone(440, rate, 0.2);
    const whole = run(input, rate, input.length);
    for (const blockSize of [1, 7, 128, 1000]) expect(run(input, rate, blockSize)).toEqual(whole);
  });
});

it('removes what the lower rate cannot carry', () => {
  expect(rms(inner(run(tone(11_000, 48_000, 0.5), 48_000, 960)))).toBeLessThan(0.001);
});

it('refuses to go up', () => {
  expect(() => new Downsampler(8000, 16_000)).toThrow(RangeError);
});
