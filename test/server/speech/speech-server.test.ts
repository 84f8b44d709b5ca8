import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rms } from '@/server/platform/audio/rms';
import { resample } from '@/server/platform/audio/resampler';
import { bytesToS16, concatS16, s16ToBytes } from '@/server/platform/audio/pcm';
import { readWav, writeWav } from '@/server/platform/audio/wav';
import { hum } from '@test/support/speech/hum';
import { eventually, startLocalSpeech } from '@test/support/speech/local-speech';

let speech: Awaited<ReturnType<typeof startLocalSpeech>>;
beforeAll(async () => {
  speech = await startLocalSpeech({ limits: { maxUploadBytes: 4_000_000, maxAudioSeconds: 60, maxCharacters: 200 } });
});
afterAll(() => speech[Symbol.asyncDispose]());

const SENTENCE = 'The meeting starts at nine on Monday morning.';

const speak = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${speech.url}/v1/audio/speech`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

function transcribe(bytes: Uint8Array | undefined, fields: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (bytes) form.set('file', new Blob([new Uint8Array(bytes)]), 'audio.wav');
  return fetch(`${speech.url}/v1/audio/transcriptions`, { method: 'POST', body: form });
}

const spoken = async (input = SENTENCE, voice = 'rms') => readWav(Buffer.from(await (await speak({ input, voice })).arrayBuffer()));
const words = (text: string) => text.toLowerCase().replace(/[^a-z0-9 ]/g, '').trim();

describe('what is said is heard', () => {
  test.each([8000, 16_000, 24_000, 48_000])('at %i Hz', async (rate) => {
    const { samples, sampleRate } = await spoken();
    const response = await transcribe(writeWav(resample(samples, sampleRate, rate), rate), { model: 'moonshine-tiny', response_format: 'json' });
    expect(response.status).toBe(200);
    expect(words(((await response.json()) as { text: string }).text)).toMatch(/meeting starts at (nine|9) on monday morning/);
  });

  test('from a raw body with its rate in the query', async () => {
    const { samples, sampleRate } = await spoken();
    const response = await fetch(`${speech.url}/v1/audio/transcriptions?sample_rate=8000&response_format=text`, {
      method: 'POST', headers: { 'content-type': 'audio/pcm' }, body: new Uint8Array(s16ToBytes(resample(samples, sampleRate, 8000))),
    });
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(words(await response.text())).toMatch(/monday morning/);
  });

  test('after a moment of silence, which some begin with', async () => {
    const { samples, sampleRate } = await spoken('Seven plus five.');
    for (const seconds of [1, 2]) {
      const response = await transcribe(writeWav(concatS16([new Int16Array(sampleRate * seconds), samples]), sampleRate));
      expect(words(((await response.json()) as { text: string }).text)).toBe('seven plus five');
    }
  });

  test('but no word in a knock amid silence', async () => {
    const knock = Int16Array.from({ length: 48_000 }, (_, at) => (at < 16_150 || at > 16_630 ? 0 : 8000 * Math.exp((16_150 - at) / 160) * Math.sin(((at - 16_150) / 16_000) * 180 * Math.PI)));
    expect(await (await transcribe(writeWav(knock, 16_000))).json()).toEqual({ text: '' });
  });

  test('in pieces when the recording is long, with where each piece was', async () => {
    const { samples, sampleRate } = await spoken('Open the window please.');
    const gap = new Int16Array(sampleRate * 23);
    const long = concatS16([samples, gap, samples]);
    const body = (await (await transcribe(writeWav(long, sampleRate), { response_format: 'verbose_json' })).json()) as { text: string; duration: number; language: string; segments: { start: number; end: number; text: string }[] };
    expect(words(body.text).match(/open the window/g)).toHaveLength(2);
    expect(body).toMatchObject({ task: 'transcribe', language: 'english' });
    expect(body.duration).toBeCloseTo(long.length / sampleRate, 3);
    expect(body.segments).toHaveLength(2);
    expect(body.segments[1]!.start).toBe(body.segments[0]!.end);
  });

  test('nothing, where there is silence, noise, a tone, or no audio at all', async () => {
    let seed = 1;
    const noise = Int16Array.from({ length: 32_000 }, () => ((seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647 - 0.5) * 2000);
    const tone = Int16Array.from({ length: 32_000 }, (_, index) => 8000 * Math.sin(index / 3));
    for (const samples of [new Int16Array(32_000), noise, tone, new Int16Array(0), new Int16Array(1)]) {
      const response = await transcribe(writeWav(samples, 16_000));
      expect(await response.json()).toEqual({ text: '' });
    }
  });
});

describe('speech', () => {
  test('every listed voice speaks, each in its own way', async () => {
    const { data } = (await (await fetch(`${speech.url}/v1/voices`)).json()) as { data: { id: string }[] };
    const lengths = new Set<number>();
    for (const { id } of data) {
      const { samples, sampleRate } = await spoken('Good morning.', id);
      expect(sampleRate).toBe(16_000);
      expect(rms(samples)).toBeGreaterThan(0.01);
      lengths.add(samples.length);
    }
    expect(lengths.size).toBe(data.length);
  });

  test('pcm is 24 kHz as OpenAI says, or the rate asked for', async () => {
    const seconds = (await spoken()).samples.length / 16_000;
    const standard = await speak({ input: SENTENCE, voice: 'rms', response_format: 'pcm' });
    expect(standard.headers.get('content-type')).toBe('audio/pcm;rate=24000');
    expect(bytesToS16(new Uint8Array(await standard.arrayBuffer())).length / 24_000).toBeCloseTo(seconds, 2);
    const phone = await speak({ input: SENTENCE, voice: 'rms', response_format: 'pcm', sample_rate: 8000 });
    expect(bytesToS16(new Uint8Array(await phone.arrayBuffer())).length / 8000).toBeCloseTo(seconds, 2);
  });

  test('speed 2 takes about half the time', async () => {
    const normal = (await spoken()).samples.length;
    const fast = readWav(Buffer.from(await (await speak({ input: SENTENCE, voice: 'rms', speed: 2 })).arrayBuffer())).samples.length;
    expect(fast / normal).toBeGreaterThan(0.4);
    expect(fast / normal).toBeLessThan(0.65);
  });

  test('text without a speakable sign is silence, not an error', async () => {
    const response = await speak({ input: '🙂' });
    expect(response.status).toBe(200);
    expect(readWav(Buffer.from(await response.arrayBuffer())).samples).toHaveLength(0);
  });

  test('text that looks like an option is only spoken', async () => {
    const { samples } = await spoken('-o /etc/passwd --version');
    expect(samples.length).toBeGreaterThan(16_000);
  });
});

describe('what is wrong is named, in the shape of OpenAI', () => {
  test.each([
    [{}, 400, 'input'],
    [{ input: '' }, 400, 'input'],
    [{ input: 'x'.repeat(201) }, 400, 'input'],
    [{ input: 42 }, 400, 'input'],
    [{ input: 'hello', response_format: 'mp3' }, 400, 'response_format'],
    [{ input: 'hello', speed: 9 }, 400, 'speed'],
    [{ input: 'hello', voice: 'alloy' }, 400, 'voice'],
    [{ input: 'hello', model: 'tts-1' }, 404, 'model'],
  ])('speech %j', async (body, status, param) => {
    const response = await speak(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: { message: expect.stringContaining(param), type: 'invalid_request_error', param, code: status === 404 ? 'model_not_found' : param === 'voice' ? 'voice_not_found' : null } });
  });

  const wav = writeWav(new Int16Array(16_000), 16_000);
  test.each<[string, Uint8Array | undefined, Record<string, string>, number, string | null]>([
    ['no file', undefined, { model: 'moonshine-tiny' }, 400, 'file'],
    ['an unknown model', wav, { model: 'whisper-1' }, 404, 'model'],
    ['another language', wav, { language: 'de' }, 400, 'language'],
    ['an unknown format', wav, { response_format: 'srt' }, 400, 'response_format'],
    ['an MP3', Buffer.from('ID3\x04 and so on'), {}, 400, 'file'],
    ['an Ogg file', Buffer.from('OggS and so on'), {}, 400, 'file'],
    ['too many seconds', writeWav(new Int16Array(8000 * 61), 8000), {}, 413, 'file'],
    ['too many bytes', Buffer.alloc(4_000_001), {}, 413, null],
  ])('transcription: %s', async (_name, bytes, fields, status, param) => {
    const response = await transcribe(bytes, fields);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param, message: expect.any(String) } });
  });

  test('a JSON body, a body without type, malformed JSON, an unknown route', async () => {
    const post = (path: string, init: RequestInit) => fetch(`${speech.url}${path}`, { method: 'POST', ...init });
    expect((await post('/v1/audio/transcriptions', { headers: { 'content-type': 'application/json' }, body: '{}' })).status).toBe(415);
    expect((await post('/v1/audio/transcriptions', {})).status).toBe(415);
    const malformed = await post('/v1/audio/speech', { headers: { 'content-type': 'application/json' }, body: '{"input":' });
    expect(malformed.status).toBe(400);
    expect(await malformed.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect((await post('/v1/nothing', {})).status).toBe(404);
  });
});

test('models and health describe what runs', async () => {
  const models = (await (await fetch(`${speech.url}/v1/models`)).json()) as { object: string; data: { id: string }[] };
  expect(models.object).toBe('list');
  expect(models.data.map((model) => model.id)).toEqual(['moonshine-tiny', 'flite']);
  expect(await (await fetch(`${speech.url}/health`)).json()).toEqual({ status: 'ok', workers: 1, ready: 1, busy: 0, queued: 0, crashes: 0 });
});

test('a client that hangs up takes its waiting request with it', async () => {
  await using own = await startLocalSpeech();
  own.pool.run({ kind: 'transcribe', samples: hum(240), sampleRate: 16_000 }, { rank: 1 }).catch(() => {}); // for longer than all of this takes
  const controller = new AbortController();
  const impatient = fetch(`${own.url}/v1/audio/speech`, { method: 'POST', signal: controller.signal, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ input: 'never said' }) });
  await eventually(() => own.pool.stats().queued === 1);
  controller.abort();
  await expect(impatient).rejects.toThrow();
  await eventually(() => own.pool.stats().queued === 0);
  expect(own.pool.stats().busy).toBe(1);
});

test('a full queue is 503 with Retry-After, and it empties again', async () => {
  await using small = await startLocalSpeech({ maxQueued: 1 });
  const requests = Array.from({ length: 6 }, () => fetch(`${small.url}/v1/audio/speech`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ input: 'hello '.repeat(100) }) }));
  const responses = await Promise.all(requests);
  const busy = responses.filter((response) => response.status === 503);
  expect(busy.length).toBeGreaterThan(0);
  expect(busy[0]!.headers.get('retry-after')).toBe('1');
  expect(await busy[0]!.json()).toMatchObject({ error: { type: 'server_error' } });
  expect(responses.some((response) => response.status === 200)).toBe(true);
  expect(small.pool.stats()).toMatchObject({ busy: 0, queued: 0 });
});
