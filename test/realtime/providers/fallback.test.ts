import { expect, test } from 'vitest';
import { type ProviderSwitch, withSttFallback, withTtsFallback } from '@/realtime/providers/fallback';
import { createSttProvider, createTtsProvider } from '@/realtime/providers/openai-compatible';
import type { SttProvider } from '@/realtime/providers/stt';
import type { TtsProvider } from '@/realtime/providers/tts';
import { writeWav } from '@/server/platform/audio/wav';
import { answerBytes, answerJson, type Behaviour, dieAfter, hang, startScriptedSpeechServer } from '@test/support/speech/scripted-speech-server';
import { until } from '@test/support/telephone/until';

const signal = new AbortController().signal;
const audio = new Int16Array(1600);
const wav = writeWav(new Int16Array(800).fill(5), 16_000);

class MovableClock {
  ms = 0;
  now = () => new Date(this.ms);
  monotonic = () => this.ms;
}

const stt = (url: string, provider: string) => createSttProvider({ baseUrl: url, model: 'm', provider, retries: 0 });
const tts = (url: string, provider: string) => createTtsProvider({ baseUrl: url, model: 'm', provider, retries: 0 });
const ask = (provider: SttProvider) => provider.transcribe(audio, { sampleRate: 16_000, signal });
async function listen(provider: TtsProvider) {
  let heard = 0;
  for await (const piece of provider.synthesize('Hello.', { signal })) heard += piece.samples.length;
  return heard;
}

test('the next answers when one fails, and the switch is told', async () => {
  await using bad = await startScriptedSpeechServer(answerJson({}, 500));
  await using good = await startScriptedSpeechServer(answerJson({ text: 'hello' }));
  const switches: ProviderSwitch[] = [];
  const provider = withSttFallback([stt(bad.url, 'first'), stt(good.url, 'second')], { onSwitch: (event) => switches.push(event) });
  await expect(ask(provider)).resolves.toEqual({ text: 'hello' });
  expect(switches).toEqual([{ leg: 'stt', from: 'first/m', to: 'second/m', error: expect.objectContaining({ kind: 'upstream_unavailable' }) }]);
  expect(provider).toMatchObject({ id: 'first/m' });
});

test('a provider that failed rests, is tried by one request, and comes back', async () => {
  const recovering: Behaviour[] = [answerJson({}, 500), answerJson({}, 500), answerJson({ text: 'back' })];
  await using first = await startScriptedSpeechServer(...recovering);
  await using second = await startScriptedSpeechServer(answerJson({ text: 'second' }));
  const clock = new MovableClock();
  const provider = withSttFallback([stt(first.url, 'first'), stt(second.url, 'second')], { clock });

  expect((await ask(provider)).text).toBe('second');
  expect((await ask(provider)).text).toBe('second');
  expect(first.seen).toHaveLength(1); // resting

  clock.ms += 2_000;
  expect((await Promise.all([ask(provider), ask(provider), ask(provider)])).map(({ text }) => text)).toEqual(['second', 'second', 'second']);
  expect(first.seen).toHaveLength(2); // one trial, which failed: rests twice as long

  clock.ms += 2_000;
  await ask(provider);
  expect(first.seen).toHaveLength(2);

  clock.ms += 2_000;
  expect((await ask(provider)).text).toBe('back');
  expect((await ask(provider)).text).toBe('back');
});

test('when all fail the last failure is thrown, and resting providers are still asked', async () => {
  await using first = await startScriptedSpeechServer(answerJson({}, 500));
  await using second = await startScriptedSpeechServer(answerJson({}, 401), answerJson({ text: 'mended' }));
  const switches: (string | null)[] = [];
  const provider = withSttFallback([stt(first.url, 'first'), stt(second.url, 'second')], { onSwitch: ({ to }) => switches.push(to), clock: new MovableClock() });
  await expect(ask(provider)).rejects.toMatchObject({ kind: 'upstream_rejected' });
  expect(switches).toEqual(['second/m', null]);
  await expect(ask(provider)).resolves.toEqual({ text: 'mended' });
});

test('cancelling asks nobody else and blames nobody', async () => {
  await using first = await startScriptedSpeechServer(hang, answerJson({ text: 'first' }));
  await using second = await startScriptedSpeechServer(answerJson({ text: 'second' }));
  const provider = withSttFallback([stt(first.url, 'first'), stt(second.url, 'second')]);
  const controller = new AbortController();
  const answer = provider.transcribe(audio, { sampleRate: 16_000, signal: controller.signal });
  await until('the first is asked', () => first.seen.length === 1);
  controller.abort();
  await expect(answer).rejects.toMatchObject({ kind: 'cancelled' });
  expect((await ask(provider)).text).toBe('first');
  expect(second.seen).toHaveLength(0);
});

test('speech moves to the next provider before anything was heard', async () => {
  await using bad = await startScriptedSpeechServer(answerBytes([Buffer.alloc(500, 3)], 'text/html'));
  await using good = await startScriptedSpeechServer(answerBytes([wav], 'audio/wav'));
  const switches: ProviderSwitch[] = [];
  expect(await listen(withTtsFallback([tts(bad.url, 'first'), tts(good.url, 'second')], { onSwitch: (event) => switches.push(event) }))).toBe(800);
  expect(switches).toMatchObject([{ leg: 'tts', from: 'first/m', to: 'second/m' }]);
});

test('a clause that broke off is not said again by another voice', async () => {
  await using bad = await startScriptedSpeechServer(dieAfter(wav.subarray(0, 544), 'audio/wav'));
  await using good = await startScriptedSpeechServer(answerBytes([wav], 'audio/wav'));
  await expect(listen(withTtsFallback([tts(bad.url, 'first'), tts(good.url, 'second')]))).rejects.toMatchObject({ kind: 'upstream_unavailable' });
  expect(good.seen).toHaveLength(0);
});

test('ready when any provider is', async () => {
  await using bad = await startScriptedSpeechServer(answerJson({}, 503, { 'retry-after': '5' }));
  await using good = await startScriptedSpeechServer(answerJson({ data: [] }));
  await expect(withSttFallback([stt(bad.url, 'a'), stt(good.url, 'b')]).check(signal)).resolves.toBeUndefined();
  await expect(withSttFallback([stt(bad.url, 'a'), stt(bad.url, 'b')]).check(signal)).rejects.toMatchObject({ kind: 'upstream_unavailable' });
});
