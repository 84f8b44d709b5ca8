import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '@/realtime/contract/realtime-events';
import { tone } from '@test/support/fakes/live-session';
import { KEY, TestNode } from '@test/support/realtime/test-node';

/** The gateway's published page, played from top to bottom against a real node. */
let node: TestNode;
beforeAll(async () => { node = await TestNode.start({ env: { STENTOR_STT_MODEL: 'Systran/faster-whisper-small', STENTOR_TTS_MODEL: 'kokoro', STENTOR_TTS_VOICE: 'af_heart', STENTOR_AGENT_URL: 'http://localhost:8001' } }); });
afterAll(async () => { await node[Symbol.asyncDispose](); });

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${node.url}${path}`, { headers, redirect: 'manual' });

describe('the documented WebSocket', () => {
  it('plays the page’s conversation: every client event, every server event with its fields', async () => {
    const client = await node.connect();
    client.send({ type: 'session.start', client_id: 'esp32-kitchen', audio_config: { sample_rate: 16000, channels: 1, sample_width: 16, encoding: 'pcm_s16le' } });
    for (let i = 0; i < 10; i++) client.append(tone(100));
    client.send({ type: 'input_audio_buffer.commit' });
    await client.until((event) => event.type === 'turn.trace');
    const { events } = client;
    const words = events.map((event) => (event.type === 'status' ? `status:${event.state}` : event.type));
    const documented = words.filter((word, index) => !['response.text.delta', 'turn.trace'].includes(word) && word !== words[index - 1]);
    expect(documented).toEqual([
      'session.created', 'status:listening', 'status:transcribing', 'transcript.done', 'status:thinking', 'response.text.done', 'status:speaking',
      'response.audio.delta', 'response.audio.done', 'response.done', 'status:listening',
    ]);
    expect(events[0]).toMatchObject({ session_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(events.find((event) => event.type === 'transcript.done')).toMatchObject({ text: 'What time is it?' });
    expect(events.find((event) => event.type === 'response.text.done')).toMatchObject({ text: 'It is noon.' });

    const audio = events.flatMap((event) => (event.type === 'response.audio.delta' ? [Buffer.from(event.delta, 'base64')] : []));
    for (const delta of audio) {
      expect(delta.length % 2).toBe(0);
      expect(delta.length).toBeLessThanOrEqual(4_096);
      expect(delta.length / 32).toBeGreaterThanOrEqual(20);
    }
    expect(Buffer.concat(audio).readInt16LE(0)).toBe(1_234);

    client.send({ type: 'session.close' });
    expect(await client.closed).toMatchObject({ code: 1000 });
  });

  it.each([8_000, 16_000, 24_000, 48_000])('answers in the session’s own sample rate: %i Hz', async (sampleRate) => {
    const client = await node.connect();
    await client.start({ audio_config: { sample_rate: sampleRate } });
    client.append(tone(1_000, sampleRate));
    client.send({ type: 'input_audio_buffer.commit' });
    await client.until((event) => event.type === 'response.done');
    const bytes = client.events.reduce((sum, event) => sum + (event.type === 'response.audio.delta' ? Buffer.from(event.delta, 'base64').length : 0), 0);
    const expectedMs = 'It is noon.'.length * 10;
    expect(Math.abs(bytes / 2 / (sampleRate / 1000) - expectedMs)).toBeLessThanOrEqual(40);
    expect(Math.abs(node.stt.heard.at(-1)!.samples - 16_000)).toBeLessThan(100);
  });

  it('takes an empty config, nulls and sample_width 2', async () => {
    for (const audio_config of [undefined, null, {}, { sample_width: 2 }]) {
      const client = await node.connect();
      await client.start({ audio_config });
      expect(client.events[0]!.type).toBe('session.created');
    }
  });

  it.each([{ sample_rate: 11_025 }, { channels: 2 }, { sample_width: 24 }, { encoding: 'opus' }, { sample_rate: 'fast' }])('refuses the audio format %j with validation_error naming the field', async (audio_config) => {
    const client = await node.connect();
    const error = await client.errorFor({ type: 'session.start', audio_config });
    expect(error.code).toBe('validation_error');
    expect(error.message).toContain(`audio_config.${Object.keys(audio_config)[0]}`);
  });

  it.each([
    ['invalid_json', '{"type": "session.sta'],
    ['invalid_json', ''],
    ['validation_error', '[]'],
    ['validation_error', 'null'],
    ['validation_error', {}],
    ['validation_error', { type: 7 }],
    ['validation_error', { type: 'input_audio_buffer.append' }],
    ['validation_error', { type: 'input_audio_buffer.append', audio: 5 }],
    ['validation_error', { type: 'input_audio_buffer.append', audio: '!!!!' }],
    ['validation_error', { type: 'input_audio_buffer.append', audio: 'AAA' }],
    ['validation_error', { type: 'input_audio_buffer.append', audio: 'AAAA' }], // three bytes
    ['validation_error', { type: 'input_audio_buffer.append', audio: 'AA==AAAA' }],
    ['validation_error', { type: 'input_text', text: '  ' }],
    ['unknown_event', { type: 'conversation.item.create' }],
    ['unknown_event', { type: '__proto__' }],
    ['empty_buffer', { type: 'input_audio_buffer.commit' }],
  ])('answers %s to %j and listens on', async (code, message) => {
    const client = await node.connect();
    await client.start();
    const after = client.events.length;
    expect((await client.errorFor(message)).code).toBe(code);
    expect(await client.until((event) => event.type === 'status', after)).toEqual({ type: 'status', state: 'listening' });
  });

  it('names a few of the problems of a message that has a hundred thousand', async () => {
    const client = await node.connect();
    const error = await client.errorFor({ type: 'session.start', modalities: Array.from({ length: 100_000 }, () => 'smell') });
    expect(error.code).toBe('validation_error');
    expect(error.message.length).toBeLessThan(1_000);
  });

  it.each([{ client_id: null }, { client_id: '' }])('takes %j as a device without a name', async (start) => {
    const client = await node.connect();
    await client.start(start);
    expect([...node.store.conversations.values()].at(-1)!.userLabel).toBe('api-user');
  });

  it('answers no_session before session.start, and a device that was lost in a crash can start over', async () => {
    const client = await node.connect();
    expect((await client.errorFor({ type: 'input_audio_buffer.commit' })).code).toBe('no_session');
    await client.start();
    expect(client.events.at(-1)).toEqual({ type: 'status', state: 'listening' });
  });

  it('takes audio: "" as no audio', async () => {
    const client = await node.connect();
    await client.start();
    client.send({ type: 'input_audio_buffer.append', audio: '' });
    expect((await client.errorFor({ type: 'input_audio_buffer.commit' })).code).toBe('empty_buffer');
  });

  it('knows every documented code', () => {
    for (const code of ['invalid_json', 'validation_error', 'no_session', 'empty_buffer', 'empty_transcript', 'empty_response', 'pipeline_error', 'unknown_event', 'internal_error', 'stt_error'])
      expect(ERROR_CODES).toContain(code);
  });

  it.each(['/api/v1/realtime', '/api/v1/realtime/', `/api/v1/realtime?token=${KEY}`])('answers at %s', async (path) => {
    const client = await node.connect({ path });
    await client.start();
    expect(client.events[0]!.type).toBe('session.created');
  });

  it('lets nobody in without credentials, and nowhere else', async () => {
    await expect(node.connect({ headers: {} })).rejects.toThrow('refused with 401');
    for (const path of ['/api/v1/other', '//', '/api/v1/realtime/more']) await expect(node.connect({ path })).rejects.toThrow('refused with 404');
    expect((await get('/api/v1/realtime', { authorization: `Bearer ${KEY}` })).status).toBe(426);
  });
});

describe('the documented REST paths', () => {
  it('/api/v1/info says what runs, with every documented field', async () => {
    expect((await get('/api/v1/info')).status).toBe(401);
    for (const path of ['/api/v1/info', '/api/v1/info/'])
      expect(await (await get(path, { authorization: `Bearer ${KEY}` })).json()).toEqual({
        name: 'stentor-gateway', version: '0.1.0',
        endpoints: { realtime: '/api/v1/realtime', live: '/api/live/', ready: '/api/ready/', metrics: '/api/metrics' },
        config: {
          stt_url: 'http://stt.test:8000', tts_url: 'http://tts.test:8000', agent_url: 'http://localhost:8001',
          stt_model: 'Systran/faster-whisper-small', tts_model: 'kokoro', tts_voice: 'af_heart',
          audio_sample_rate: 16000, audio_channels: 1, audio_sample_width: 16,
        },
      });
  });

  it('/api/live/ is ok', async () => {
    for (const path of ['/api/live', '/api/live/']) {
      const response = await get(path);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    }
  });

  it('/api/ready/ is 200 with every check, and 503 naming the one that fails', async () => {
    const good = await get('/api/ready/');
    expect([good.status, await good.json()]).toEqual([200, { status: 'ready', checks: { stt: true, tts: true, agent: true, database: true } }]);
    node.tts.healthy = false;
    const bad = await get('/api/ready');
    expect([bad.status, await bad.json()]).toEqual([503, { status: 'not_ready', checks: { stt: true, tts: false, agent: true, database: true } }]);
    node.tts.healthy = true;
  });

  it('/api/metrics has the eight documented metrics with their types, and needs a key', async () => {
    expect((await get('/api/metrics')).status).toBe(401);
    const response = await get('/api/metrics', { authorization: `Bearer ${KEY}` });
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    const documented = {
      stentor_sessions_active: 'gauge', stentor_transcriptions_total: 'counter', stentor_tts_requests_total: 'counter', stentor_agent_requests_total: 'counter',
      stentor_pipeline_duration_seconds: 'histogram', stentor_stt_duration_seconds: 'histogram', stentor_tts_duration_seconds: 'histogram', stentor_agent_duration_seconds: 'histogram',
    };
    for (const [name, type] of Object.entries(documented)) expect(text).toContain(`# TYPE ${name} ${type}`);
    expect(text).toMatch(/^stentor_transcriptions_total [1-9]/m);
    expect(text).toMatch(/^stentor_tts_requests_total [1-9]/m);
    expect(text).toMatch(/^stentor_agent_requests_total [1-9]/m);
    expect(text).toMatch(/^stentor_pipeline_duration_seconds_count [1-9]/m);
    expect(text).toMatch(/^parley_turn_stage_seconds_count\{stage="total"\} [1-9]/m);
  });

  it('counts a session while it lives', async () => {
    const active = async () => Number(/^stentor_sessions_active (\d+)/m.exec(await (await get('/api/metrics', { authorization: `Bearer ${KEY}` })).text())?.[1]);
    const before = await active();
    const client = await node.connect();
    await client.start();
    expect(await active()).toBe(before + 1);
    client.send({ type: 'session.close' });
    await client.closed;
    expect(await active()).toBe(before);
  });

  it('/api/docs and /api/openapi.json answer, / leads to the console, the rest is 404', async () => {
    expect((await get('/api/docs')).headers.get('content-type')).toContain('text/html');
    expect(await (await get('/api/openapi.json')).json()).toHaveProperty('openapi');
    const home = await get('/');
    expect([home.status, home.headers.get('location')]).toEqual([302, 'http://127.0.0.1:3000/']);
    expect((await get('/nothing')).status).toBe(404);
    expect((await fetch(`${node.url}/api/v1/info`, { method: 'POST' })).status).toBe(405);
  });
});
