import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSttProvider } from '@/realtime/providers/openai-compatible';
import { loadSileroVad } from '@/realtime/providers/silero';
import { s16ToFloat } from '@/realtime/audio/pcm';
import { seededRandom } from '@test/support/power-loss/random';
import { humanDigits, type HumanPrompt, humanPrompts } from '@test/support/speech/human-prompts';
import { startLocalSpeech } from '@test/support/speech/local-speech';
import { WordErrorRate } from '@test/support/speech/word-error-rate';

let prompts: HumanPrompt[];
let speech: Awaited<ReturnType<typeof startLocalSpeech>> | undefined;
beforeAll(async () => {
  prompts = humanPrompts();
  speech = await startLocalSpeech();
});
afterAll(() => speech?.[Symbol.asyncDispose]());

test('several hundred prompts are there to be heard', () => {
  expect(prompts.length).toBeGreaterThan(200);
});

describe('people are understood', () => {
  test.each([[16_000, 4.5], [8000, 5.5]] as const)('at %i Hz with a word error rate of at most %d percent', async (sampleRate, limit) => {
    const rate = new WordErrorRate();
    const misheard: string[] = [];
    const stt = createSttProvider({ baseUrl: speech!.url, model: 'moonshine-tiny', timeoutMs: 60_000 });
    for (const prompt of prompts) {
      const { text } = await stt.transcribe(prompt.load(sampleRate), { sampleRate, signal: new AbortController().signal });
      if (rate.add(prompt.text, text) > 0) misheard.push(`${prompt.name}: "${prompt.text}" heard as "${text}"`);
    }
    console.log(`${prompts.length} prompts at ${sampleRate} Hz: ${rate.percent.toFixed(2)} % word errors, ${misheard.length} prompts with any`);
    expect(rate.percent, misheard.join('\n')).toBeLessThanOrEqual(limit);
  }, 3_600_000); // half an hour of speech, at the lowest priority
});

test.each([16_000, 8000] as const)('a single short word at %i Hz is a word; silence, noise, clicks and hum are nothing', async (sampleRate) => {
  const stt = createSttProvider({ baseUrl: speech!.url, model: 'moonshine-tiny', timeoutMs: 60_000 });
  const hear = async (samples: Int16Array) => (await stt.transcribe(samples, { sampleRate, signal: new AbortController().signal })).text;
  const heard: { text: string; heard: string }[] = [];
  for (const { text, load } of humanDigits()) heard.push({ text, heard: (await hear(load(sampleRate))).toLowerCase().replace(/[^a-z0-9]/g, '') });
  expect(heard.filter((one) => one.heard === '')).toEqual([]);
  expect(heard.filter((one) => one.heard === one.text || one.heard === String(heard.indexOf(one) + 1)).length).toBeGreaterThanOrEqual(7);
  const random = seededRandom(5);
  const sounds: ((at: number) => number)[] = [() => 0, () => (random() - 0.5) * 2_000, () => (random() - 0.5) * 20_000, (at) => (at % 8000 < 20 ? 26_000 : 0), (at) => 3_000 * Math.sin((at / sampleRate) * 100 * Math.PI)];
  for (const sound of sounds) expect(await hear(Int16Array.from({ length: sampleRate }, (_, at) => sound(at)))).toBe('');
  // A knock, a cough: a sound that fades, amid three seconds of silence.
  for (const seconds of [0.03, 0.06, 0.2, 0.5]) for (const sound of [() => (random() - 0.5) * 16_000, (at: number) => 20_000 * Math.sin((at / sampleRate) * 180 * Math.PI)])
    expect(await hear(Int16Array.from({ length: 3 * sampleRate }, (_, at) => (at < sampleRate || at > (1 + seconds) * sampleRate ? 0 : Math.exp((-3 * (at / sampleRate - 1)) / seconds) * sound(at))))).toBe('');
});

describe('words are heard as well as they are alone', () => {
  let some: { name: string; text: string; samples: Int16Array }[];
  let aloneErrors: number;
  const hear = async (samples: Int16Array) =>
    (await createSttProvider({ baseUrl: speech!.url, model: 'moonshine-tiny', timeoutMs: 60_000 }).transcribe(samples, { sampleRate: 16_000, signal: new AbortController().signal })).text;
  beforeAll(async () => {
    some = [...prompts.filter((_prompt, index) => index % 20 === 0), ...humanDigits()].map(({ name, text, load }) => ({ name, text, samples: load(16_000) }));
    const alone = new WordErrorRate();
    for (const { text, samples } of some) alone.add(text, await hear(samples));
    aloneErrors = alone.percent;
  }, 600_000);

  test.each([
    ['after a second of silence', { beforeSeconds: 1 }],
    ['before two seconds of silence', { afterSeconds: 2 }],
    ['after a click and a second of silence', { beforeSeconds: 1, click: true }],
    ['in a quiet room', { beforeSeconds: 1, afterSeconds: 1, noise: 20 }],
  ] as const)('%s', async (_where, surroundings) => {
    const rate = new WordErrorRate();
    const unheard: string[] = [];
    for (const { name, text, samples } of some) {
      const heard = await hear(surrounded(samples, surroundings));
      rate.add(text, heard);
      if (heard === '') unheard.push(name);
    }
    expect(unheard).toEqual([]);
    expect(rate.percent).toBeLessThanOrEqual(aloneErrors + 2); // a word or two of a hundred
  }, 600_000);
});

function surrounded(samples: Int16Array, { beforeSeconds = 0, afterSeconds = 0, noise = 0, click = false }: { beforeSeconds?: number; afterSeconds?: number; noise?: number; click?: boolean }): Int16Array {
  const random = seededRandom(7);
  const before = beforeSeconds * 16_000;
  const all = Int16Array.from({ length: before + samples.length + afterSeconds * 16_000 }, () => (random() - 0.5) * 2 * noise);
  for (let at = 0; at < samples.length; at++) all[before + at] = Math.max(-0x8000, Math.min(0x7fff, all[before + at]! + samples[at]!));
  if (click) for (let at = 0; at < 400; at++) all[100 + at] = (random() - 0.5) * 50_000 * Math.exp(-at / 100);
  return all;
}

test('the voice detector hears every prompt begin, and its end', async () => {
  const vad = await loadSileroVad();
  const deaf: string[] = [];
  for (const prompt of prompts.slice(0, 100)) {
    const stream = vad.stream();
    const floats = s16ToFloat(prompt.load(16_000));
    const padded = new Float32Array(floats.length + 32_000);
    padded.set(floats);
    const heard: number[] = [];
    for (let at = 0; at + 512 <= padded.length; at += 512) heard.push(await stream.push(padded.subarray(at, at + 512)));
    if (heard.filter((probability) => probability > 0.5).length * 0.032 < 0.4 || Math.max(...heard.slice(-30)) > 0.35) deaf.push(prompt.name);
  }
  expect(deaf).toEqual([]);
});
