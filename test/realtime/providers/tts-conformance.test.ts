import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTtsProvider } from '@/realtime/providers/openai-compatible';
import type { TtsAudio, TtsProvider } from '@/realtime/providers/tts';
import { concatS16, s16ToBytes } from '@/realtime/audio/pcm';
import { rms } from '@/realtime/audio/rms';
import { writeWav } from '@/server/platform/audio/wav';
import { Secret } from '@/server/platform/secret';
import { eventually, startLocalSpeech } from '@test/support/speech/local-speech';
import { answerBytes, answerJson, dieAfter, hang, startScriptedSpeechServer } from '@test/support/speech/scripted-speech-server';

const signal = new AbortController().signal;
const samples = Int16Array.from({ length: 4000 }, (_, index) => (index * 37) % 2000);

async function collect(provider: TtsProvider, text = 'Hello.', options: { signal: AbortSignal } & Partial<Parameters<TtsProvider['synthesize']>[1]> = { signal }) {
  const pieces: TtsAudio[] = [];
  for await (const piece of provider.synthesize(text, options)) pieces.push(piece);
  return { samples: concatS16(pieces.map((piece) => piece.samples)), rates: new Set(pieces.map((piece) => piece.sampleRate)), pieces: pieces.length };
}

describe('with the local speech process', () => {
  let speech: Awaited<ReturnType<typeof startLocalSpeech>>;
  beforeAll(async () => { speech = await startLocalSpeech(); });
  afterAll(() => speech[Symbol.asyncDispose]());
  const provider = () => createTtsProvider({ baseUrl: speech.url, model: 'flite', provider: 'local', voice: 'slt' });

  test('speaks, and a voice or a speed of the call is heard', async () => {
    const usual = await collect(provider(), 'The train leaves in ten minutes.');
    expect(usual.rates).toEqual(new Set([16_000]));
    expect(usual.samples.length).toBeGreaterThan(16_000);
    expect(rms(usual.samples)).toBeGreaterThan(0.01);
    const other = await collect(provider(), 'The train leaves in ten minutes.', { signal, voice: 'rms' });
    expect(other.samples.length).not.toBe(usual.samples.length);
    const fast = await collect(provider(), 'The train leaves in ten minutes.', { signal, speed: 2 });
    expect(fast.samples.length).toBeLessThan(usual.samples.length * 0.7);
  });

  test('an unknown voice is rejected, not replaced', async () => {
    await expect(collect(provider(), 'Hello.', { signal, voice: 'nobody' })).rejects.toMatchObject({ kind: 'upstream_rejected' });
  });

  test('nothing to say is no audio', async () => {
    expect((await collect(provider(), '…')).samples).toHaveLength(0);
  });

  test('is ready, and says who it is', async () => {
    await expect(provider().check(signal)).resolves.toBeUndefined();
    expect(provider()).toMatchObject({ id: 'local/flite', capabilities: { streaming: true, maxCharacters: 4096 } });
  });
});

describe('on the wire', () => {
  const wav = writeWav(samples, 24_000);
  const oneByOne = (bytes: Buffer, size: number) => Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));

  test('is cancelled at once, also when all of the answer has come and not all of it was taken', async () => {
    for (const seconds of [0.5, 1, 2, 4]) {
      await using server = await startScriptedSpeechServer(answerBytes([writeWav(new Int16Array(seconds * 16_000), 16_000)], 'audio/wav'));
      const leaving = new AbortController();
      const audio = createTtsProvider({ baseUrl: server.url, model: 'tts-1' }).synthesize('Hello.', { signal: leaving.signal })[Symbol.asyncIterator]();
      await audio.next();
      await new Promise((resolve) => { setTimeout(resolve, 50); }); // the playout has enough: the rest waits in the connection
      leaving.abort();
      await expect(audio.next()).rejects.toMatchObject({ kind: 'cancelled' });
    }
  });

  test('sends what OpenAI documents, with key, trace and urgency', async () => {
    await using server = await startScriptedSpeechServer(answerBytes([wav], 'audio/wav'));
    const provider = createTtsProvider({ baseUrl: server.url, model: 'tts-1', voice: 'alloy', apiKey: new Secret('sk-test') });
    await collect(provider, 'Hello.', { signal, traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', urgency: 'later', speed: 1.5 });
    expect(server.seen[0]).toMatchObject({ method: 'POST', path: '/v1/audio/speech', headers: { authorization: 'Bearer sk-test', traceparent: expect.stringMatching(/^00-/), priority: 'u=3', 'content-type': 'application/json' } });
    expect(JSON.parse(server.seen[0]!.body.toString())).toEqual({ model: 'tts-1', input: 'Hello.', voice: 'alloy', response_format: 'wav', speed: 1.5 });
  });

  test.each([1, 3, 43, 45, 1001])('a WAV in pieces of %i bytes is the same audio', async (size) => {
    const small = writeWav(samples.subarray(0, 60), 24_000);
    await using server = await startScriptedSpeechServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'audio/wav' });
      void (async () => { for (const piece of oneByOne(small, size)) { response.write(piece); await new Promise((resolve) => setImmediate(resolve)); } response.end(); })();
    });
    expect(await collect(createTtsProvider({ baseUrl: server.url, model: 'm' }))).toMatchObject({ samples: samples.subarray(0, 60), rates: new Set([24_000]) });
  });

  test('audio is passed on before the answer is complete', async () => {
    let finish = () => undefined as void;
    await using server = await startScriptedSpeechServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'audio/wav' }).write(wav.subarray(0, 1044));
      finish = () => { response.end(wav.subarray(1044)); };
    });
    const pieces = createTtsProvider({ baseUrl: server.url, model: 'm' }).synthesize('Hello.', { signal })[Symbol.asyncIterator]();
    const first = await pieces.next();
    expect((first.value as TtsAudio).samples.length).toBeGreaterThan(0);
    finish();
    let total = (first.value as TtsAudio).samples.length;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) total += next.value.samples.length;
    expect(total).toBe(samples.length);
  });

  test.each<[string, string, Record<string, string>, number]>([
    ['as OpenAI sends it', 'audio/pcm', {}, 24_000],
    ['with its rate in the type', 'audio/pcm;rate=8000', {}, 8000],
    ['with its rate in a header', 'application/octet-stream', { 'x-sample-rate': '22050' }, 22_050],
  ])('raw PCM %s', async (_name, type, headers, rate) => {
    await using server = await startScriptedSpeechServer(answerBytes(oneByOne(s16ToBytes(samples), 1333), type, headers));
    expect(await collect(createTtsProvider({ baseUrl: server.url, model: 'm', format: 'pcm' }))).toMatchObject({ samples, rates: new Set([rate]) });
  });

  test('stereo and float WAVs are converted', async () => {
    const stereo = Buffer.concat([wav.subarray(0, 44), ...Array.from(samples, (sample) => { const frame = Buffer.alloc(4); frame.writeInt16LE(sample); frame.writeInt16LE(sample, 2); return frame; })]);
    stereo.writeUInt16LE(2, 22);
    stereo.writeUInt32LE(stereo.length - 44, 40);
    await using server = await startScriptedSpeechServer(answerBytes([stereo], 'audio/wav'));
    expect((await collect(createTtsProvider({ baseUrl: server.url, model: 'm' }))).samples).toEqual(samples);
  });

  test.each([
    ['429', answerJson({}, 429, { 'retry-after': '60' }), 'upstream_unavailable'],
    ['500 twice', answerJson({}, 500), 'upstream_unavailable'],
    ['400', answerJson({ error: { message: 'voice' } }, 400), 'upstream_rejected'],
    ['an error page with status 200', answerBytes([Buffer.from('<html>Something went wrong</html>')], 'text/html'), 'upstream_rejected'],
    ['a WAV of MP3', answerBytes([Object.assign(Buffer.from(wav), { 20: 0x55 })], 'audio/wav'), 'upstream_rejected'],
    ['garbage called WAV', answerBytes([Buffer.alloc(5000, 7)], 'audio/wav'), 'upstream_rejected'],
    ['a WAV header without end', answerBytes([Buffer.from('RIFF\0\0\0\0WAVELIST\xff\xff\xff\x7f', 'latin1'), ...Array.from({ length: 4 }, () => Buffer.alloc(30_000))], 'audio/wav'), 'upstream_rejected'],
  ])('%s becomes a kind of failure', async (_name, behaviour, kind) => {
    await using server = await startScriptedSpeechServer(behaviour);
    await expect(collect(createTtsProvider({ baseUrl: server.url, model: 'm' }))).rejects.toMatchObject({ name: 'AppError', kind });
  });

  test('a connection cut in the middle fails after the audio that came', async () => {
    await using server = await startScriptedSpeechServer(dieAfter(wav.subarray(0, 2044), 'audio/wav'));
    let heard = 0;
    await expect((async () => { for await (const piece of createTtsProvider({ baseUrl: server.url, model: 'm' }).synthesize('Hello.', { signal })) heard += piece.samples.length; })()).rejects.toMatchObject({ kind: 'upstream_unavailable' });
    expect(heard).toBe(1000);
    expect(server.seen).toHaveLength(1);
  });

  test('a server that stops in the middle is a timeout', async () => {
    await using server = await startScriptedSpeechServer((_request, response) => { response.writeHead(200, { 'content-type': 'audio/wav' }).write(wav.subarray(0, 2044)); });
    await expect(collect(createTtsProvider({ baseUrl: server.url, model: 'm', timeoutMs: 60 }))).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('a listener may take longer than the time-out: that is not the server’s silence', async () => {
    await using server = await startScriptedSpeechServer(answerBytes([wav.subarray(0, 2044), wav.subarray(2044)], 'audio/wav'));
    let heard = 0;
    for await (const piece of createTtsProvider({ baseUrl: server.url, model: 'm', timeoutMs: 2_000 }).synthesize('Hello.', { signal })) {
      if (heard === 0) await new Promise((resolve) => setTimeout(resolve, 2_500));
      heard += piece.samples.length;
    }
    expect(heard).toBe(samples.length);
  });

  test.each(['before the answer', 'in the middle of it'])('cancelling %s aborts the request at the server', async (when) => {
    await using server = await startScriptedSpeechServer(when === 'before the answer' ? hang : (_request, response) => { response.writeHead(200, { 'content-type': 'audio/wav' }).write(wav.subarray(0, 2044)); });
    const controller = new AbortController();
    const answer = collect(createTtsProvider({ baseUrl: server.url, model: 'm' }), 'Hello.', { signal: controller.signal });
    await eventually(() => server.seen.length === 1);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ kind: 'cancelled' });
    await server.seen[0]!.abandoned;
  });

  test('a listener that stops early aborts the request too', async () => {
    await using server = await startScriptedSpeechServer((_request, response) => { response.writeHead(200, { 'content-type': 'audio/wav' }).write(wav.subarray(0, 2044)); });
    for await (const piece of createTtsProvider({ baseUrl: server.url, model: 'm' }).synthesize('Hello.', { signal })) { expect(piece.samples.length).toBeGreaterThan(0); break; }
    await server.seen[0]!.abandoned;
  });
});
