import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resample } from '@/realtime/audio/resampler';
import { createSttProvider, createTtsProvider } from '@/realtime/providers/openai-compatible';
import { conversations, messages } from '@/server/conversations/tables';
import { nodes } from '@/server/nodes/tables';
import { usageRecords } from '@/server/usage/tables';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { RealtimeClient } from '@test/support/realtime/realtime-client';
import { RealtimeProcess } from '@test/support/realtime/realtime-process';
import { eventually, startLocalSpeech } from '@test/support/speech/local-speech';
import { API_KEY, webConfig } from '@test/support/web';

/** Longer than the models take on any machine. */
const LIMIT_MS = 120_000;

/** The realtime process with the real speech models, the real brain and a real database: a spoken question is answered aloud. */
let database: TestDatabase;
let speech: Awaited<ReturnType<typeof startLocalSpeech>>;
let realtime: RealtimeProcess;
const environment = () => ({ DATABASE_URL: database.url, AUTH_SECRET: 'a secret of the tests, long enough', PARLEY_SPEECH_URL: speech.url });

beforeAll(async () => {
  [database, speech] = await Promise.all([createTestDatabase(), startLocalSpeech()]);
  await bootstrapWorkspace({ db: database.db, config: webConfig() });
  realtime = await RealtimeProcess.start(environment());
});
afterAll(async () => {
  await realtime[Symbol.asyncDispose]();
  await speech[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const connect = () => RealtimeClient.open(`${realtime.url.replace('http', 'ws')}/api/v1/realtime`, { authorization: `Bearer ${API_KEY}` });

async function say(text: string): Promise<Int16Array> {
  const pieces: Int16Array[] = [];
  const tts = createTtsProvider({ baseUrl: speech.url, model: 'flite', voice: 'rms', timeoutMs: LIMIT_MS });
  for await (const { samples, sampleRate } of tts.synthesize(text, { signal: AbortSignal.timeout(LIMIT_MS) })) pieces.push(resample(samples, sampleRate, 16_000));
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}

/** The words in the audio that a client was sent. */
async function hear(client: RealtimeClient): Promise<string> {
  const bytes = Buffer.concat(client.events.flatMap((event) => (event.type === 'response.audio.delta' ? [Buffer.from(event.delta, 'base64')] : [])));
  const samples = Int16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2));
  const stt = createSttProvider({ baseUrl: speech.url, model: 'moonshine-tiny', timeoutMs: LIMIT_MS });
  return (await stt.transcribe(samples, { sampleRate: 16_000, signal: AbortSignal.timeout(LIMIT_MS) })).text;
}

const messagesOf = (conversationId: string) => database.db.select().from(messages).where(eq(messages.conversationId, conversationId)).orderBy(asc(messages.seq));

describe('a device', () => {
  it('asks aloud, is understood, hears the answer, and all of it is stored', async () => {
    const question = await say('What is nine times seven?');
    const client = await connect();
    await client.start({ client_id: 'esp32-kitchen' });
    for (let at = 0; at < question.length; at += 1_600) client.append(question.subarray(at, at + 1_600));
    client.send({ type: 'input_audio_buffer.commit' });
    await client.until((event) => event.type === 'turn.trace' || event.type === 'error');
    expect(client.events.filter((event) => event.type === 'error')).toEqual([]);
    expect(client.events.find((event) => event.type === 'transcript.done')).toMatchObject({ text: expect.stringMatching(/(nine|9) times (seven|7)/i) });
    expect(await hear(client)).toMatch(/sixty.?three|63/i);

    const [created] = client.events;
    const conversationId = created!.type === 'session.created' ? created!.conversation_id : '';
    await eventually(async () => (await messagesOf(conversationId)).at(-1)?.metadata.trace !== undefined);
    const stored = await messagesOf(conversationId);
    expect(stored.map(({ role, status }) => [role, status])).toEqual([['user', 'complete'], ['assistant', 'complete']]);
    expect(stored[1]!.content).toMatch(/63|sixty/);
    const { trace } = stored[1]!.metadata;
    const parts = [trace!.endpointMs, trace!.sttMs, trace!.firstTokenMs, trace!.firstAudioMs, trace!.firstSentMs];
    expect(parts.reduce<number>((sum, part) => sum + part!, 0)).toBeCloseTo(trace!.totalMs!, 6);
    const used = () => database.db.select().from(usageRecords).where(eq(usageRecords.conversationId, conversationId));
    await eventually(async () => (await used()).length === 4); // the tool's call and the answer are two requests
    expect((await used()).map(({ leg }) => leg).sort()).toEqual(['llm', 'llm', 'stt', 'tts']);
    for (const row of await used()) expect(row).toMatchObject({ channel: 'device', userLabel: 'esp32-kitchen', priceVersion: 'local', costUsd: '0.0000000000' });

    client.send({ type: 'session.close' });
    await client.closed;
    await eventually(async () => (await database.db.select().from(conversations).where(eq(conversations.id, conversationId)))[0]?.endReason === 'client_closed');
    const [conversation] = await database.db.select().from(conversations).where(eq(conversations.id, conversationId));
    expect(conversation).toMatchObject({ channel: 'device', userLabel: 'esp32-kitchen', status: 'ended', nodeId: null, messageCount: 2 });
  });

  it('needs no button when the server listens for the end of speech, and continues a conversation', async () => {
    const question = await say('What is seven times six?');
    const first = await connect();
    await first.start({ modalities: ['text'] });
    const created = first.events[0]!;
    const conversationId = created.type === 'session.created' ? created.conversation_id : '';
    first.send({ type: 'input_text', text: 'Hello' });
    await first.until((event) => event.type === 'response.done');
    first.send({ type: 'session.close' });
    await first.closed;
    await eventually(async () => (await database.db.select().from(conversations).where(eq(conversations.id, conversationId)))[0]?.status === 'ended');

    const client = await connect();
    await client.start({ turn_detection: { type: 'server_vad' }, conversation_id: conversationId });
    const audio = new Int16Array(question.length + 16_000 + 8_000);
    audio.set(question, 8_000);
    for (let at = 0; at < audio.length; at += 1_600) {
      client.append(audio.subarray(at, at + 1_600));
      await new Promise((resolve) => setTimeout(resolve, 100)); // a microphone's pace
    }
    await client.until((event) => event.type === 'response.done' || event.type === 'error');
    expect(client.events.map((event) => event.type)).toEqual(expect.arrayContaining(['input_audio_buffer.speech_started', 'input_audio_buffer.speech_stopped', 'response.audio.delta']));
    expect(await hear(client)).toMatch(/forty.?two|42/i);
    await eventually(async () => (await messagesOf(conversationId)).length === 4);
    expect((await messagesOf(conversationId)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    client.terminate();
  });

  it('hears why its conversation_id or agent_id is not good', async () => {
    const client = await connect();
    expect((await client.errorFor({ type: 'session.start', conversation_id: '99999999-9999-4999-8999-999999999999' }))).toMatchObject({ code: 'validation_error', message: expect.stringContaining('conversation_id') });
    expect((await client.errorFor({ type: 'session.start', agent_id: '99999999-9999-4999-8999-999999999999' }))).toMatchObject({ code: 'validation_error', message: expect.stringContaining('Agent') });
    expect((await client.errorFor({ type: 'session.start', agent_id: 'x' }))).toMatchObject({ code: 'validation_error', message: expect.stringContaining('agent_id') });
    client.terminate();
  });
});

describe('the process', () => {
  it('is ready when speech, brain and database are, and not without credentials', async () => {
    const ready = async () => { const answer = await fetch(`${realtime.url}/api/ready/`); return [answer.status, await answer.json()]; };
    await expect.poll(ready).toEqual([200, { status: 'ready', checks: { stt: true, tts: true, agent: true, database: true } }]); // not while a busy machine keeps one of them waiting
    await expect(RealtimeClient.open(`${realtime.url.replace('http', 'ws')}/api/v1/realtime`, {})).rejects.toThrow('401');
    expect(await (await fetch(`${realtime.url}/api/v1/info`, { headers: { authorization: `Bearer ${API_KEY}` } })).json()).toMatchObject({ config: { stt_url: speech.url, stt_model: 'moonshine-tiny', tts_model: 'flite' } });
  });

  it('on SIGTERM finishes what it says, stores it, gives back its lease and ends with 0', async () => {
    await using second = await RealtimeProcess.start(environment());
    const client = await RealtimeClient.open(`${second.url.replace('http', 'ws')}/api/v1/realtime`, { authorization: `Bearer ${API_KEY}` });
    await client.start();
    const created = client.events[0]!;
    client.send({ type: 'input_text', text: 'What is two plus three?' });
    await client.until((event) => event.type === 'response.audio.delta');
    expect(await second.stop()).toBe(0);
    expect(await client.closed).toMatchObject({ code: 1012 }); // and all that came before it has been read
    expect(client.events.map((event) => event.type)).toContain('response.done');
    const conversationId = created.type === 'session.created' ? created.conversation_id : '';
    const [conversation] = await database.db.select().from(conversations).where(eq(conversations.id, conversationId));
    expect(conversation).toMatchObject({ status: 'ended', endReason: 'server_shutdown', messageCount: 2 });
    expect(await database.db.select().from(nodes)).toHaveLength(1);
  });
});
