import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSttProvider } from '@/realtime/providers/openai-compatible';
import { createTtsProvider } from '@/realtime/providers/openai-compatible';
import { resample } from '@/realtime/audio/resampler';
import { concatS16 } from '@/realtime/audio/pcm';
import { readWav } from '@/server/platform/audio/wav';
import { Secret } from '@/server/platform/secret';
import { CLOSED_PORT } from '@test/support/closed-port';
import { hum } from '@test/support/speech/hum';
import { eventually, startLocalSpeech } from '@test/support/speech/local-speech';
import { answerBytes, answerJson, dieAfter, hang, startScriptedSpeechServer } from '@test/support/speech/scripted-speech-server';

const signal = new AbortController().signal;
const samples = new Int16Array(1600).fill(100);
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('with the local speech process', () => {
  let speech: Awaited<ReturnType<typeof startLocalSpeech>>;
  beforeAll(async () => { speech = await startLocalSpeech(); });
  afterAll(() => speech[Symbol.asyncDispose]());
  const provider = () => createSttProvider({ baseUrl: speech.url, model: 'moonshine-tiny', provider: 'local', timeoutMs: 120_000 });

  async function sayAt(rate: number): Promise<Int16Array> {
    const tts = createTtsProvider({ baseUrl: speech.url, model: 'flite', voice: 'rms' });
    const pieces = [];
    for await (const piece of tts.synthesize('Please call me back tomorrow afternoon.', { signal })) pieces.push(piece);
    return resample(concatS16(pieces.map((piece) => piece.samples)), pieces[0]!.sampleRate, rate);
  }

  test.each([8000, 16_000, 48_000])('hears speech at %i Hz', async (sampleRate) => {
    const { text } = await provider().transcribe(await sayAt(sampleRate), { sampleRate, signal });
    expect(text.toLowerCase()).toContain('call me back tomorrow afternoon');
  });

  test('hears nothing in silence', async () => {
    await expect(provider().transcribe(new Int16Array(16_000), { sampleRate: 16_000, signal })).resolves.toEqual({ text: '' });
    await expect(provider().transcribe(new Int16Array(0), { sampleRate: 16_000, signal })).resolves.toEqual({ text: '' });
  });

  test('is ready, and says who it is', async () => {
    await expect(provider().check(signal)).resolves.toBeUndefined();
    expect(provider()).toMatchObject({ id: 'local/moonshine-tiny', provider: 'local', model: 'moonshine-tiny', capabilities: { streaming: false } });
  });

  test('an utterance longer than its stated limit is refused before it is sent', async () => {
    const { capabilities, transcribe } = provider();
    await expect(transcribe(new Int16Array(1000 * (capabilities.maxSeconds + 1)), { sampleRate: 1000, signal })).rejects.toMatchObject({ kind: 'invalid_input' });
  });

  test('a cancelled request leaves the queue of the server', async () => {
    const controller = new AbortController();
    const running = provider().transcribe(hum(20), { sampleRate: 16_000, signal });
    await eventually(() => speech.pool.stats().busy === 1);
    const cancelled = provider().transcribe(samples, { sampleRate: 16_000, signal: controller.signal });
    await eventually(() => speech.pool.stats().queued === 1);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
    await eventually(() => speech.pool.stats().queued === 0);
    await running;
  });
});

describe('on the wire', () => {
  test('sends what OpenAI documents, with key, trace and urgency', async () => {
    await using server = await startScriptedSpeechServer(answerJson({ text: ' hello there ', language: 'en' }));
    const provider = createSttProvider({ baseUrl: `${server.url}/v1/`, model: 'whisper-1', apiKey: new Secret('sk-test') });
    const transcript = await provider.transcribe(samples, { sampleRate: 8000, language: 'en', signal, traceparent: TRACEPARENT, urgency: 'speculative' });
    expect(transcript).toEqual({ text: 'hello there', language: 'en' });
    const [request] = server.seen;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/audio/transcriptions', headers: { authorization: 'Bearer sk-test', traceparent: TRACEPARENT, priority: 'u=3' } });
    const form = await new Response(new Uint8Array(request!.body), { headers: { 'content-type': request!.headers['content-type']! } }).formData();
    expect(Object.fromEntries([...form].filter(([name]) => name !== 'file'))).toEqual({ model: 'whisper-1', response_format: 'json', language: 'en' });
    expect(readWav(new Uint8Array(await (form.get('file') as File).arrayBuffer()))).toEqual({ samples, sampleRate: 8000 });
  });

  test('tries once more after 503, and waits as long as it is told', async () => {
    await using server = await startScriptedSpeechServer(answerJson({}, 503, { 'retry-after': '0' }), answerJson({ text: 'second' }));
    await expect(createSttProvider({ baseUrl: server.url, model: 'm' }).transcribe(samples, { sampleRate: 16_000, signal })).resolves.toEqual({ text: 'second' });
    expect(server.seen).toHaveLength(2);
  });

  test('does not wait for a server that wants minutes', async () => {
    await using server = await startScriptedSpeechServer(answerJson({ error: { message: 'slow down' } }, 429, { 'retry-after': '120' }));
    await expect(createSttProvider({ baseUrl: server.url, model: 'm' }).transcribe(samples, { sampleRate: 16_000, signal })).rejects.toMatchObject({ kind: 'upstream_unavailable', retryAfterSeconds: 120 });
    expect(server.seen).toHaveLength(1);
  });

  test.each([
    ['401', answerJson({ error: { message: 'bad key' } }, 401), 'upstream_rejected', 1],
    ['400', answerJson({ error: { message: 'bad audio' } }, 400), 'upstream_rejected', 1],
    ['500', answerJson({}, 500), 'upstream_unavailable', 2],
    ['HTML instead of JSON', answerBytes([Buffer.from('<html>')], 'text/html'), 'upstream_rejected', 1],
    ['JSON without text', answerJson({ words: [] }), 'upstream_rejected', 1],
    ['an answer without end', answerBytes(Array.from({ length: 20 }, () => Buffer.alloc(100_000, 32)), 'application/json'), 'upstream_rejected', 1],
    ['a connection cut in the answer', dieAfter(Buffer.from('{"text":'), 'application/json'), 'upstream_unavailable', 1],
  ])('%s becomes a kind of failure', async (_name, behaviour, kind, requests) => {
    await using server = await startScriptedSpeechServer(behaviour);
    await expect(createSttProvider({ baseUrl: server.url, model: 'm' }).transcribe(samples, { sampleRate: 16_000, signal })).rejects.toMatchObject({ name: 'AppError', kind });
    expect(server.seen).toHaveLength(requests);
  });

  test('a silent server is a timeout, and sees us hang up', async () => {
    await using server = await startScriptedSpeechServer(hang);
    await expect(createSttProvider({ baseUrl: server.url, model: 'm', timeoutMs: 1_000 }).transcribe(samples, { sampleRate: 16_000, signal })).rejects.toMatchObject({ kind: 'timeout' });
    await eventually(() => server.seen.length === 1);
    await server.seen[0]!.abandoned;
  });

  test('cancelling aborts the request at the server', async () => {
    await using server = await startScriptedSpeechServer(hang);
    const controller = new AbortController();
    const answer = createSttProvider({ baseUrl: server.url, model: 'm' }).transcribe(samples, { sampleRate: 16_000, signal: controller.signal });
    await eventually(() => server.seen.length === 1);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ kind: 'cancelled' });
    await server.seen[0]!.abandoned;
  });

  test('nobody there is upstream_unavailable, for requests and for the check', async () => {
    const provider = createSttProvider({ baseUrl: `http://127.0.0.1:${CLOSED_PORT}`, model: 'm' });
    await expect(provider.transcribe(samples, { sampleRate: 16_000, signal })).rejects.toMatchObject({ kind: 'upstream_unavailable' });
    await expect(provider.check(signal)).rejects.toMatchObject({ kind: 'upstream_unavailable' });
  });

  test.each([[200, undefined], [404, undefined], [401, 'upstream_rejected'], [503, 'upstream_unavailable']])('check: a model list that answers %i', async (status, kind) => {
    await using server = await startScriptedSpeechServer(answerJson({}, status, { 'retry-after': '0' }));
    const checked = createSttProvider({ baseUrl: server.url, model: 'm' }).check(signal);
    await (kind ? expect(checked).rejects.toMatchObject({ kind }) : expect(checked).resolves.toBeUndefined());
    expect(server.seen[0]).toMatchObject({ method: 'GET', path: '/v1/models' });
  });
});
