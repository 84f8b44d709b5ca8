import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSttProvider } from '@/realtime/providers/openai-compatible';
import { loadSileroVad } from '@/realtime/providers/silero';
import { s16ToFloat } from '@/realtime/audio/pcm';
import { type HumanPrompt, humanPrompts } from '@test/support/speech/human-prompts';
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
  });
});

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
