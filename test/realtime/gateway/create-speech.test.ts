import { expect, it } from 'vitest';
import { createSpeech } from '@/realtime/gateway/create-speech';
import { loadConfig } from '@/server/platform/config';
import { answerJson, startScriptedSpeechServer } from '@test/support/speech/scripted-speech-server';

const signal = new AbortController().signal;
const speechOf = (environment: Record<string, string>) => createSpeech(loadConfig(environment).speech, () => {});

it('names our own speech process, and an operator’s server by its kind', () => {
  const { stt, tts } = speechOf({ PARLEY_SPEECH_URL: 'http://127.0.0.1:1', STENTOR_TTS_URL: 'http://127.0.0.1:2' });
  expect(stt).toMatchObject({ id: 'local/moonshine-tiny', provider: 'local', model: 'moonshine-tiny' });
  expect(tts).toMatchObject({ id: 'openai-compatible/kokoro', provider: 'openai-compatible', model: 'kokoro' });
});

it('sends the key to the vendor’s server and not to our own process', async () => {
  await using server = await startScriptedSpeechServer(answerJson({ text: '' }));
  const own = speechOf({ PARLEY_SPEECH_URL: server.url, OPENAI_API_KEY: 'sk-test' });
  const theirs = speechOf({ STENTOR_STT_URL: server.url, STENTOR_TTS_URL: server.url, OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.url });
  for (const { stt } of [own, theirs]) await stt.transcribe(new Int16Array(16), { sampleRate: 16_000, signal });
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer sk-test']);
});
