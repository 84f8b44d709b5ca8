import { and, eq } from 'drizzle-orm';
import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { createApiKey } from '@/server/auth/api-keys';
import { signIns } from '@/server/auth/tables';
import { conversations, messages } from '@/server/conversations/tables';
import { createRealtimeControl } from '@/server/sessions/realtime-control';
import { aSignedInUser, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { ConversationClient } from '@test/support/realtime/conversation-client';
import { TestInstallation } from '@test/support/realtime/test-installation';
import { API_KEY } from '@test/support/web';

interface Negotiated { conversation_id: string; session_id: string; websocket_url: string; token: string; expires_at: string }
const UUID = /^[0-9a-f-]{36}$/;
const KEY = { authorization: `Bearer ${API_KEY}` };

let home: TestInstallation;
let workspaceId: string;
let agentId: string;

beforeAll(async () => {
  home = await TestInstallation.start();
  workspaceId = await firstWorkspaceId(home.db);
  const [agent] = await home.db.update(agents).set({ greeting: 'Hello there!' }).where(and(eq(agents.workspaceId, workspaceId), eq(agents.isDefault, true))).returning();
  agentId = agent!.id;
});
afterAll(async () => { await home[Symbol.asyncDispose](); });
beforeEach(() => {
  home.node.stt.answers = ['What time is it?'];
  home.node.brain.script = () => ['It is ', 'noon.'];
});

const negotiate = async (body: object = {}): Promise<Negotiated> => (await home.web.ask('POST', '/api/conversation/stream', { body: JSON.stringify(body) })).json() as unknown as Negotiated;
const status = async (query = '', key?: string) => (await home.web.ask('GET', `/api/conversation/status${query}`, key ? { key } : {})).json();
const stored = async (id: string) => (await home.db.select().from(conversations).where(eq(conversations.id, id)))[0];
const isListening = (one: { type: string; state?: string }) => one.type === 'status_update' && one.state === 'listening';

/** Until the conversation's row is as `test` wants it: records are written behind. */
async function untilStored(id: string, test: (row: typeof conversations.$inferSelect) => boolean) {
  for (;;) {
    const row = await stored(id);
    if (row && test(row)) return row;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('negotiating a conversation', () => {
  it('answers where to connect and with what, by agent or for the default one, and stores nothing', async () => {
    for (const answer of [await home.web.ask('GET', `/api/agents/${agentId}/conversation`), await home.web.ask('POST', '/api/conversation/stream', { body: '{}' }), await home.web.ask('POST', '/api/conversation/stream/', { body: JSON.stringify({ agent_id: agentId }) })]) {
      expect(answer.status).toBe(200);
      const negotiated = answer.json() as unknown as Negotiated;
      expect(negotiated).toEqual({
        conversation_id: expect.stringMatching(UUID), session_id: expect.stringMatching(UUID), token: expect.stringMatching(/^pst_/),
        websocket_url: `ws://127.0.0.1:${home.web.port}/api/conversation/stream?token=${negotiated.token}`, expires_at: expect.stringMatching(/Z$/),
      });
      const lastsMs = Date.parse(negotiated.expires_at) - Date.now();
      expect(lastsMs).toBeGreaterThan(500_000);
      expect(lastsMs).toBeLessThanOrEqual(600_000);
      expect(await stored(negotiated.conversation_id)).toBeUndefined();
      expect(await status(`?conversation_id=${negotiated.conversation_id}`)).toMatchObject({ status: 'none', conversation_id: null });
    }
  });

  it('is 404 for an agent that is not there, 400 for one of the wrong form in the body, and not for viewers', async () => {
    const unknown = '99999999-9999-4999-8999-999999999999';
    expect((await home.web.ask('GET', `/api/agents/${unknown}/conversation`)).status).toBe(404);
    expect((await home.web.ask('GET', '/api/agents/nonsense/conversation')).status).toBe(404);
    expect((await home.web.ask('POST', '/api/conversation/stream', { body: JSON.stringify({ agent_id: unknown }) })).status).toBe(404);
    const wrong = await home.web.ask('POST', '/api/conversation/stream', { body: JSON.stringify({ agent_id: 'nonsense' }) });
    expect([wrong.status, wrong.json().detail]).toEqual([400, expect.stringContaining('agent_id')]);
    const viewer = await createApiKey(home.db, { workspaceId, name: 'viewer', role: 'viewer' });
    expect((await home.web.ask('POST', '/api/conversation/stream', { body: '{}', key: viewer.key })).status).toBe(403);
    const scoped = await createApiKey(home.db, { workspaceId, name: 'scoped', role: 'operator', scopes: ['realtime'] });
    expect((await home.web.ask('GET', `/api/agents/${agentId}/conversation`, { key: scoped.key })).status).toBe(200);
  });
});

describe('a conversation over the stream', () => {
  it('has every event of a spoken turn, the negotiated ids, and is there afterwards', async () => {
    const negotiated = await negotiate({ agent_id: agentId });
    const client = await ConversationClient.join(negotiated.websocket_url);
    expect(client.connected).toEqual({
      type: 'status_update', state: 'listening', connected: true, session_id: negotiated.session_id, conversation_id: negotiated.conversation_id,
      agent: { id: agentId, name: expect.any(String) },
    });
    // The greeting first.
    await client.until((one) => one.type === 'bot_responding_end');
    await client.until((one) => one.type === 'telemetry_update');
    expect(client.story).toEqual(['listening', 'assistant_response', 'assistant_response.final', 'speaking', 'bot_responding_start', 'audio', 'audio_stream_end', 'bot_responding_end', 'listening', 'telemetry_update']);
    client.forget();

    expect(await status(`?session_id=${negotiated.session_id}`)).toEqual({
      conversation_id: negotiated.conversation_id, session_id: negotiated.session_id, agent_id: agentId, status: 'active', state: 'listening',
      started_at: expect.stringMatching(/Z$/), active_conversations: 1,
    });
    expect(await status()).toMatchObject({ conversation_id: negotiated.conversation_id });

    client.speak('speech', 640);
    client.speak('silence', 800);
    await client.until((one) => one.type === 'telemetry_update');
    expect(client.story.filter((word) => word !== 'transcript_update')).toEqual([
      'speech_start', 'speech_end', 'transcribing', 'transcript_update.final', 'thinking', 'assistant_response', 'assistant_response.final', 'speaking',
      'bot_responding_start', 'audio', 'audio_stream_end', 'bot_responding_end', 'listening', 'telemetry_update',
    ]);
    expect(client.of('transcript_update').at(-1)).toMatchObject({ text: 'What time is it?', is_final: true });
    expect(client.of('assistant_response').map(({ text, is_complete }) => [text, is_complete])).toEqual([['It is ', false], ['noon.', false], ['It is noon.', true]]);
    expect(client.of('bot_responding_end')).toEqual([{ type: 'bot_responding_end', interrupted: false }]);
    const vad = client.of('vad_update');
    expect(vad.some(({ state, energy }) => state === 'speech' && energy > 0.2)).toBe(true);
    expect(vad.some(({ state, energy }) => state === 'silence' && energy === 0)).toBe(true);
    // "It is noon." is 11 characters of 10 ms each at 24 kHz, s16.
    expect(client.of('audio').reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(0.11 * 24_000 * 2 * 0.9);
    expect(Math.max(...client.of('audio').map(({ bytes }) => bytes))).toBe(0.04 * 24_000 * 2);

    client.send({ type: 'end' });
    expect(await client.closed).toMatchObject({ code: 1000 });
    const row = await untilStored(negotiated.conversation_id, ({ status: one }) => one === 'ended');
    expect(row).toMatchObject({ workspaceId, agentId, endReason: 'client_closed', channel: 'browser', metadata: { sessionId: negotiated.session_id } });
    const said = await home.db.select({ role: messages.role, content: messages.content }).from(messages).where(eq(messages.conversationId, row.id)).orderBy(messages.seq);
    expect(said).toEqual([{ role: 'assistant', content: 'Hello there!' }, { role: 'user', content: 'What time is it?' }, { role: 'assistant', content: 'It is noon.' }]);
    for (const query of [`?conversation_id=${negotiated.conversation_id}`, `?session_id=${negotiated.session_id}`])
      expect(await status(query)).toMatchObject({ conversation_id: negotiated.conversation_id, session_id: negotiated.session_id, status: 'ended', state: null, started_at: expect.stringMatching(/Z$/), active_conversations: 0 });
  });

  it('talks base64 to a client that does, on realtime’s own port too', async () => {
    const client = await ConversationClient.join(home.streamUrl({ greeting: 'false' }, 'realtime'), KEY);
    client.speak('speech', 640, 'base64');
    client.speak('silence', 800, 'base64');
    await client.until((one) => one.type === 'bot_responding_end');
    expect(client.of('audio')).toEqual([]);
    const chunks = client.of('audio_chunk');
    expect(chunks[0]).toMatchObject({ sample_rate: 24_000 });
    expect(Buffer.from(chunks[0]!.data, 'base64').length).toBe(0.04 * 24_000 * 2);
    client.terminate();
  });

  it('takes typed words, and answers in text alone where no sound is wanted', async () => {
    const client = await ConversationClient.join(home.streamUrl({ audio: 'none', greeting: 'false', client_id: 'a page' }), KEY);
    client.send({ type: 'text_input', text: 'And in words?' });
    await client.until((one) => one.type === 'telemetry_update');
    expect(client.story).toEqual(['listening', 'thinking', 'bot_responding_start', 'assistant_response', 'assistant_response.final', 'bot_responding_end', 'listening', 'telemetry_update']);
    client.terminate();
    expect(await untilStored(client.connected.conversation_id, ({ status: one }) => one === 'ended')).toMatchObject({ userLabel: 'a page', endReason: 'disconnected' });
  });

  it('is interrupted by speech and by asking for it: the client is told to be quiet', async () => {
    let goOn = () => {};
    home.node.brain.script = () => ['This is a very long story about a king. '.repeat(20), new Promise<void>((resolve) => { goOn = resolve; })];
    const client = await ConversationClient.join(home.streamUrl({ greeting: 'false', audio: 'base64' }), KEY);
    for (const interrupt of [() => client.send({ type: 'interrupt' }), () => client.speak('speech', 1_500)]) {
      client.forget();
      client.send({ type: 'text_input', text: 'Tell me a story' });
      await client.until((one) => one.type === 'audio_chunk');
      interrupt();
      await client.until((one) => one.type === 'bot_responding_end');
      expect(client.of('interrupt')).toHaveLength(1);
      expect(client.of('audio_stream_end')).toHaveLength(1);
      expect(client.of('bot_responding_end')).toEqual([{ type: 'bot_responding_end', interrupted: true }]);
      const state = client.of('status_update').at(-1)?.state;
      if (state !== 'listening') await client.until((one) => isListening(one), client.heard.length);
    }
    goOn();
    client.terminate();
  });

  it('shows thinking while it thinks', async () => {
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => { goOn = resolve; });
    home.node.brain.script = () => [gate, 'Done.'];
    const client = await ConversationClient.join(home.streamUrl({ greeting: 'false' }), KEY);
    client.send({ type: 'text_input', text: 'Think' });
    await client.until((one) => one.type === 'status_update' && one.state === 'thinking');
    expect(await status(`?conversation_id=${client.connected.conversation_id}`)).toMatchObject({ status: 'active', state: 'thinking' });
    goOn();
    await client.until((one) => one.type === 'bot_responding_end');
    client.terminate();
  });

  it('goes on with the same token after a lost connection, without greeting again, and takes the place of the old socket', async () => {
    const negotiated = await negotiate();
    const first = await ConversationClient.join(negotiated.websocket_url);
    await first.until((one) => one.type === 'telemetry_update');
    const second = await ConversationClient.join(negotiated.websocket_url);
    expect(await first.closed).toMatchObject({ code: 1000, reason: 'continued on another connection' });
    expect(second.connected).toMatchObject({ conversation_id: negotiated.conversation_id, session_id: negotiated.session_id });
    second.send({ type: 'text_input', text: 'Still there?' });
    await second.until((one) => one.type === 'telemetry_update');
    expect(second.of('bot_responding_start')).toHaveLength(1);
    expect(await status(`?conversation_id=${negotiated.conversation_id}`)).toMatchObject({ status: 'active' });
    second.terminate();
    await untilStored(negotiated.conversation_id, ({ status: one }) => one === 'ended');
  });

  it('continues an earlier conversation of the workspace when asked, and none of another', async () => {
    const first = await ConversationClient.join(home.streamUrl({ greeting: 'false' }), KEY);
    const { conversation_id } = first.connected;
    first.send({ type: 'end' });
    await untilStored(conversation_id, ({ status: one }) => one === 'ended');
    const again = await ConversationClient.join(home.streamUrl({ conversation_id, greeting: 'false' }), KEY);
    expect(again.connected.conversation_id).toBe(conversation_id);
    again.terminate();

    const foreign = await createApiKey(home.db, { workspaceId: await aWorkspace(home.db), name: 'foreign', role: 'owner' });
    const stranger = await ConversationClient.open(home.streamUrl({ conversation_id, token: foreign.key }));
    expect(await stranger.closed).toMatchObject({ code: 1008 });
    expect(stranger.of('error')[0]).toMatchObject({ code: 'validation_error', message: expect.stringContaining('not found') });
    expect(await status(`?conversation_id=${conversation_id}`, foreign.key)).toMatchObject({ status: 'none', active_conversations: 0 });
  });
});

describe('the status of a conversation', () => {
  it('is "none" for what nobody knows, whatever it looks like, and always 200', async () => {
    for (const query of ['?conversation_id=nonsense', '?session_id=%00', '?conversation_id=', `?session_id=99999999-9999-4999-8999-999999999999`, `?conversation_id=${'x'.repeat(2_000)}`]) {
      const answer = await home.web.ask('GET', `/api/conversation/status${query}`);
      expect(answer.status).toBe(200);
      expect(answer.json()).toMatchObject({ conversation_id: null, session_id: null, agent_id: null, status: 'none', state: null, started_at: null });
    }
  });

  it('is of the caller’s newest live conversation without parameters', async () => {
    const mine = await createApiKey(home.db, { workspaceId, name: 'mine', role: 'operator' });
    expect(await status('', mine.key)).toMatchObject({ status: 'none' });
    const older = await ConversationClient.join(home.streamUrl({ token: mine.key, greeting: 'false' }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const newer = await ConversationClient.join(home.streamUrl({ token: mine.key, greeting: 'false' }));
    expect(await status('', mine.key)).toMatchObject({ conversation_id: newer.connected.conversation_id, status: 'active' });
    older.terminate();
    newer.terminate();
  });
});

describe('a token for one conversation', () => {
  it('is no key for anything else', async () => {
    const { token } = await negotiate();
    expect((await home.web.ask('GET', '/api/agents/', { key: token })).status).toBe(401);
    expect((await home.web.ask('GET', '/api/conversation/status', { key: token })).status).toBe(401);
  });

  it('opens no other conversation', async () => {
    const { token } = await negotiate();
    const client = await ConversationClient.open(home.streamUrl({ token, conversation_id: '99999999-9999-4999-8999-999999999999' }));
    expect(await client.closed).toMatchObject({ code: 1008 });
    expect(client.of('error')[0]).toMatchObject({ message: expect.stringContaining('another conversation') });
  });

  it('does not survive a change of one character', async () => {
    const { token } = await negotiate();
    for (const at of [4, 40, token.length - 3]) {
      const forged = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      await expect(ConversationClient.open(home.streamUrl({ token: forged }))).rejects.toThrow('refused with 401');
    }
    await expect(ConversationClient.open(home.streamUrl({ token: 'pst_' }))).rejects.toThrow('refused with 401');
  });

  it('does not outlive the key that asked for it: its socket closes with the revocation, and it opens none', async () => {
    const made = (await home.web.ask('POST', '/api/keys', { body: JSON.stringify({ name: 'passing', role: 'operator' }) })).json();
    const negotiated = (await home.web.ask('POST', '/api/conversation/stream', { body: '{}', key: String(made.key) })).json() as unknown as Negotiated;
    const client = await ConversationClient.join(negotiated.websocket_url);
    expect((await home.web.ask('DELETE', `/api/keys/${String(made.id)}`)).status).toBe(204);
    expect(await client.closed).toMatchObject({ code: 1008, reason: 'credentials revoked' });
    expect(client.of('error').at(-1)).toMatchObject({ code: 'revoked', message: expect.stringContaining('revoked') });
    await expect(ConversationClient.open(negotiated.websocket_url)).rejects.toThrow('refused with 401');
    expect(await untilStored(negotiated.conversation_id, ({ status: one }) => one === 'ended')).toMatchObject({ endReason: 'revoked' });
  });
});

describe('a person', () => {
  it('talks from our own pages by their cookie, from no other, and loses the socket with the sign-in', async () => {
    const person = await aSignedInUser(home.db, { workspaceId, role: 'operator' });
    const cookie = `sessionid=${await encode({ token: { sub: person.userId, signInId: person.signInId }, secret: home.web.config.secrets.auth!.reveal() })}`;
    await expect(ConversationClient.open(home.streamUrl(), { cookie, origin: 'https://evil.example' })).rejects.toThrow('refused with 403');
    const page = await ConversationClient.join(home.streamUrl({ greeting: 'false' }), { cookie, origin: home.web.url });
    const negotiated = (await home.web.ask('POST', '/api/conversation/stream', { key: null, headers: { cookie, origin: home.web.url }, body: '{}' })).json() as unknown as Negotiated;
    const other = await ConversationClient.join(negotiated.websocket_url);
    await home.db.update(signIns).set({ revokedAt: new Date() }).where(eq(signIns.id, person.signInId));
    expect(await createRealtimeControl({ baseUrl: home.node.url, secret: home.node.secret, timeoutMs: 60_000 }).closeOf({ signInId: person.signInId })).toBe(2);
    for (const client of [page, other]) expect(await client.closed).toMatchObject({ code: 1008, reason: 'credentials revoked' });
    expect(await untilStored(page.connected.conversation_id, ({ status: one }) => one === 'ended')).toMatchObject({ userId: person.userId, userLabel: person.email, channel: 'browser' });
    await expect(ConversationClient.open(negotiated.websocket_url)).rejects.toThrow('refused with 401');
  });
});

describe('getting in', () => {
  it('needs nothing in an open network', async () => {
    await using open = await TestInstallation.start({ PARLEY_OPEN_NETWORKS: '127.0.0.0/8' });
    const negotiated = (await open.web.ask('POST', '/api/conversation/stream', { key: null, body: '{}' })).json() as unknown as Negotiated;
    const client = await ConversationClient.join(negotiated.websocket_url);
    expect(client.connected.conversation_id).toBe(negotiated.conversation_id);
    client.terminate();
    (await ConversationClient.join(open.streamUrl())).terminate();
  });

  it('needs an upgrade: a plain GET is told so', async () => {
    for (const url of [home.web.url, home.node.url]) {
      const answer = await fetch(`${url}/api/conversation/stream`, { headers: KEY });
      expect([answer.status, answer.headers.get('upgrade')]).toEqual([426, 'websocket']);
      await answer.text();
    }
  });

  it('needs credentials, and an address that makes sense', async () => {
    await expect(ConversationClient.open(home.streamUrl())).rejects.toThrow('refused with 401');
    await expect(ConversationClient.open(home.streamUrl({ agent_id: 'nonsense' }), KEY)).rejects.toThrow('refused with 400');
    await expect(ConversationClient.open(home.streamUrl({ audio: 'opus' }), KEY)).rejects.toThrow('refused with 400');
    const viewer = await createApiKey(home.db, { workspaceId, name: 'viewer', role: 'viewer' });
    await expect(ConversationClient.open(home.streamUrl({ token: viewer.key }))).rejects.toThrow('refused with 403');
  });

  it('ends with words when the agent is not there', async () => {
    const client = await ConversationClient.open(home.streamUrl({ agent_id: '99999999-9999-4999-8999-999999999999' }), KEY);
    expect(await client.closed).toMatchObject({ code: 1008, reason: 'the conversation could not be started' });
    expect(client.of('error')[0]).toMatchObject({ code: 'validation_error', message: expect.stringContaining('not found') });
  });
});

describe('hostile clients', () => {
  it('get an error for each mistake, and the conversation goes on', async () => {
    const client = await ConversationClient.join(home.streamUrl({ greeting: 'false' }), KEY);
    const mistakes: [unknown, string][] = [
      ['{', 'invalid_json'], ['[]', 'validation_error'], ['{}', 'validation_error'], ['{"type":1}', 'validation_error'], ['null', 'validation_error'],
      [{ type: 'session.start' }, 'unknown_event'], [{ type: '__proto__' }, 'unknown_event'], [{ type: 'x'.repeat(100_000) }, 'unknown_event'],
      [{ type: 'audio_chunk' }, 'validation_error'], [{ type: 'audio_chunk', data: '***' }, 'validation_error'], [{ type: 'audio_chunk', data: 'AAAA' }, 'validation_error'],
      [{ type: 'audio_chunk', data: 5 }, 'validation_error'], [{ type: 'text_input' }, 'validation_error'], [{ type: 'text_input', text: ' ' }, 'validation_error'],
      [{ type: 'text_input', text: 'x'.repeat(8_001) }, 'validation_error'], [{ type: 'speech_end' }, 'empty_buffer'], [Buffer.alloc(3), 'validation_error'],
    ];
    for (const [mistake, code] of mistakes) {
      client.forget();
      client.send(mistake);
      expect(await client.until((one) => one.type === 'error')).toMatchObject({ code });
    }
    client.forget();
    client.send({ type: 'text_input', text: 'Still there?' });
    await client.until((one) => one.type === 'bot_responding_end');
    client.terminate();
  });

  it('send noise and nothing breaks', async () => {
    const client = await ConversationClient.join(home.streamUrl({ greeting: 'false' }), KEY);
    let seed = 42;
    const random = (below: number) => { seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff; return seed % below; };
    const template = JSON.stringify({ type: 'audio_chunk', data: 'AAAAAAAA' });
    for (let round = 0; round < 500; round++) {
      const text = [...template].map((character) => (random(12) === 0 ? String.fromCharCode(random(300)) : character)).join('');
      client.send(round % 2 === 0 ? text : Buffer.from(Array.from({ length: random(64) }, () => random(256))));
    }
    const after = client.heard.length;
    client.send({ type: 'text_input', text: 'Still there?' });
    await client.until((one) => one.type === 'assistant_response' && one.is_complete, after);
    expect(client.of('error').some(({ code }) => code === 'internal_error')).toBe(false);
    client.terminate();
  });

  it('with a message above a megabyte are closed', async () => {
    const client = await ConversationClient.join(home.streamUrl({ greeting: 'false' }), KEY);
    client.send(Buffer.alloc(1_048_577 + 1));
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it('that flood are closed', async () => {
    const client = await ConversationClient.join(home.streamUrl({ greeting: 'false' }), KEY);
    for (let sent = 0; sent < 8_000; sent++) client.send('{}');
    expect(await client.closed).toMatchObject({ code: 1008, reason: 'too many messages' });
  });
});
