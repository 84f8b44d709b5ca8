import { beforeAll, describe, expect, test } from 'vitest';
import { loadSileroVad } from '@/realtime/providers/silero';
import type { Vad } from '@/realtime/providers/vad';
import { s16ToFloat } from '@/realtime/audio/pcm';
import { Flite } from '@/server/speech/models/flite';

let vad: Vad;
let speech: Float32Array[];

const frames = (samples: Int16Array) => {
  const floats = s16ToFloat(samples);
  return Array.from({ length: Math.floor(floats.length / 512) }, (_, index) => floats.subarray(index * 512, (index + 1) * 512));
};

beforeAll(async () => {
  vad = await loadSileroVad();
  const { samples } = await (await Flite.load()).synthesize('Could you tell me when the next train to the airport leaves?', { voice: 'rms', speed: 1 });
  speech = frames(samples);
});

async function probabilities(input: Float32Array[], stream = vad.stream()): Promise<number[]> {
  const heard: number[] = [];
  for (const frame of input) heard.push(await stream.push(frame));
  return heard;
}

const share = (values: number[]) => values.filter((value) => value > 0.5).length / values.length;

test('speech is heard as speech, silence and noise are not', async () => {
  expect(share(await probabilities(speech))).toBeGreaterThan(0.7);
  const silence = Array.from({ length: 60 }, () => new Float32Array(512));
  expect(share(await probabilities(silence))).toBe(0);
  let seed = 7;
  const noise = Array.from({ length: 60 }, () => Float32Array.from({ length: 512 }, () => ((seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647 - 0.5) * 0.05));
  expect(share(await probabilities(noise))).toBe(0);
});

describe('many streams at once', () => {
  test('each hears exactly what it would hear alone', async () => {
    const inputs = Array.from({ length: 20 }, (_, index) => (index % 3 === 2 ? Array.from({ length: 40 }, () => new Float32Array(512)) : speech.slice(index, index + 40)));
    const together = inputs.map(() => vad.stream());
    const heard: number[][] = inputs.map(() => []);
    for (let step = 0; step < 40; step++)
      (await Promise.all(together.map((stream, index) => stream.push(inputs[index]![step]!)))).forEach((value, index) => heard[index]!.push(value));
    for (const [index, input] of inputs.entries()) {
      const alone = await probabilities(input);
      heard[index]!.forEach((value, step) => expect(value).toBeCloseTo(alone[step]!, 5));
    }
  });
});

test('frames pushed without waiting are heard in order, even from a buffer that is used again', async () => {
  const stream = vad.stream();
  const buffer = new Float32Array(512);
  const pushed = speech.slice(0, 30).map((frame) => { buffer.set(frame); return stream.push(buffer); });
  expect(await Promise.all(pushed)).toEqual(await probabilities(speech.slice(0, 30)));
});

test('a reset stream hears like a new one', async () => {
  const stream = vad.stream();
  await probabilities(speech, stream);
  stream.reset();
  expect(await probabilities(speech.slice(0, 10), stream)).toEqual(await probabilities(speech.slice(0, 10)));
});

test('a frame of another size is refused', () => {
  expect(() => vad.stream().push(new Float32Array(511))).toThrow(RangeError);
});
