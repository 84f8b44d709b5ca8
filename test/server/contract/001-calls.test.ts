import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { finishCall, moveCall, takeCall } from '@/server/calls';
import type { CallControl } from '@/server/calls';
import { calls } from '@/server/calls/tables';
import { nodes } from '@/server/nodes/tables';
import { AppError } from '@/server/platform/errors';
import { callPolicies, trunks } from '@/server/telephony/tables';
import { webhookDeliveries } from '@/server/webhooks/tables';
import { firstWorkspaceId } from '@test/support/builders';
import { aNode, aTrunk, callRow, talked } from '@test/support/calls';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { API_KEY, startTestWeb, type TestWeb } from '@test/support/web';

/** Calls, the queue, speaking and the call webhook as the documented page has them; a node is played, the rest is real. */
let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let trunkId: string;
let nodeId: string;

const asked: { speak: [string, string][]; hangUp: string[] } = { speak: [], hangUp: [] };
let refusal: AppError | null = null;
const control: CallControl = {
  speak: (id, message) => { asked.speak.push([id, message]); return refusal ? Promise.reject(refusal) : Promise.resolve(); },
  hangUp: (id) => { asked.hangUp.push(id); return refusal ? Promise.reject(refusal) : Promise.resolve(); },
};

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, calls: control });
  workspaceId = await firstWorkspaceId(database.db);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  for (const table of [calls, trunks, nodes, callPolicies]) await database.db.delete(table);
  nodeId = await aNode(database.db);
  trunkId = await aTrunk(database.db, workspaceId, { nodeId, state: 'registered' });
  asked.speak = [];
  asked.hangUp = [];
  refusal = null;
});

type Json = Record<string, unknown>;
const post = (body: unknown, key?: string | null) => web.ask('POST', '/call', { body: JSON.stringify(body), ...(key === undefined ? {} : { key }) });
const get = async (path: string) => { const { status, json } = await web.ask('GET', path); return [status, json()] as const; };
const place = async (body: Json = {}): Promise<Json & { call_id: string; id: string }> => (await post({ message: 'Hello', extension: '1001', ...body })).json() as Json & { call_id: string; id: string };
async function answered(body: Json = {}) {
  const placed = await place(body);
  const taken = await takeCall(database.db, { nodeId, trunkIds: [trunkId], maxConcurrent: 100 });
  if (taken?.id !== placed.id) throw new Error('another call was taken');
  const attempt = { id: taken.id, attemptId: taken.attemptId };
  await moveCall(database.db, { ...attempt, to: 'ringing' });
  await moveCall(database.db, { ...attempt, to: 'answered' });
  return { ...attempt, callId: placed.call_id };
}

/** Word for word the page's. */
const SIMPLE = { message: 'Hello! This is a reminder about your appointment tomorrow at 2pm.', extension: '5551234567' };
const WITH_CHOICE = {
  message: 'Hello! Your appointment is tomorrow at 2pm.',
  extension: '5551234567',
  callback_url: 'https://example.com/webhook',
  choice: {
    prompt: 'Say yes to confirm or no to cancel.',
    options: [{ value: 'confirmed', synonyms: ['yes', 'yeah', 'confirm'] }, { value: 'cancelled', synonyms: ['no', 'nope', 'cancel'] }],
    timeout_seconds: 15,
  },
};

describe('POST /call', () => {
  it('answers the simple notification as the page does', async () => {
    const answer = await post(SIMPLE);
    expect([answer.status, answer.json()]).toEqual([200, { call_id: expect.stringMatching(/^out-\d{10}-\d+$/) as string, status: 'queued', message: 'Call initiated', queue_position: null, id: expect.any(String) as string }]);
    expect(await callRow(database.db, answer.json().id as string)).toMatchObject({ message: SIMPLE.message, extension: '5551234567', ringTimeoutSeconds: 30, choice: null, converse: false, trunkId });
  });

  it('takes the one with a choice, as it is on the page', async () => {
    const answer = await post(WITH_CHOICE);
    expect([answer.status, answer.json().status]).toEqual([200, 'queued']);
    expect(await callRow(database.db, answer.json().id as string)).toMatchObject({
      callbackUrl: 'https://example.com/webhook', choice: { prompt: 'Say yes to confirm or no to cancel.', options: WITH_CHOICE.choice.options, timeoutSeconds: 15, repeatCount: 2 },
    });
  });

  it('takes a choice without a callback_url, and answers with and without a slash', async () => {
    const { callback_url: _none, ...rest } = WITH_CHOICE;
    expect((await post(rest)).status).toBe(200);
    expect((await web.ask('POST', '/call/', { body: JSON.stringify(SIMPLE) })).status).toBe(200);
  });

  it('says where it waits', async () => {
    await place();
    expect(await place()).toMatchObject({ status: 'queued', message: 'Call queued at position 1', queue_position: 1 });
  });

  it('keeps the caller’s own call_id, and knows it again', async () => {
    const body = { ...SIMPLE, call_id: 'order 66/ä' };
    const first = (await post(body)).json();
    expect(first.call_id).toBe('order 66/ä');
    expect((await post(body)).json()).toEqual(first);
    const other = await post({ ...body, message: 'Another' });
    expect([other.status, other.json().detail]).toEqual([409, expect.stringContaining('call_id')]);
    expect(await get(`/call/${encodeURIComponent('order 66/ä')}`)).toMatchObject([200, { call_id: 'order 66/ä', id: first.id }]);
  });

  it.each<[string, Json]>([
    ['message', { message: '' }], ['message', { message: '  ' }], ['message', { message: 'x'.repeat(4_001) }], ['message', { message: undefined }], ['message', { message: 7 }],
    ['extension', { extension: '' }], ['extension', { extension: undefined }], ['extension', { extension: 'two words' }], ['extension', { extension: 'sip:' }], ['extension', { extension: '1@pbx?X=y' }], ['extension', { extension: 5551234567 }],
    ['ring_timeout', { ring_timeout: 4 }], ['ring_timeout', { ring_timeout: 121 }], ['ring_timeout', { ring_timeout: 30.5 }],
    ['call_id', { call_id: '' }], ['call_id', { call_id: 'x'.repeat(129) }], ['call_id', { call_id: 'a\nb' }],
    ['callback_url', { callback_url: 'ftp://example.com' }], ['callback_url', { callback_url: 'http://10.0.0.1/x' }], ['callback_url', { callback_url: 'http://169.254.169.254/' }],
    ['choice.prompt', { choice: { ...WITH_CHOICE.choice, prompt: '' } }], ['choice.options', { choice: { ...WITH_CHOICE.choice, options: [] } }],
    ['choice.options', { choice: { ...WITH_CHOICE.choice, options: Array.from({ length: 21 }, (_, index) => ({ value: `v${index}` })) } }],
    ['choice.options', { choice: { ...WITH_CHOICE.choice, options: [{ value: 'same' }, { value: 'same' }] } }],
    ['choice.options[0].synonyms', { choice: { ...WITH_CHOICE.choice, options: [{ value: 'v', synonyms: Array.from({ length: 21 }, () => 'x') }] } }],
    ['choice.timeout_seconds', { choice: { ...WITH_CHOICE.choice, timeout_seconds: 4 } }], ['choice.timeout_seconds', { choice: { ...WITH_CHOICE.choice, timeout_seconds: 61 } }],
    ['choice.repeat_count', { choice: { ...WITH_CHOICE.choice, repeat_count: 0 } }], ['choice.repeat_count', { choice: { ...WITH_CHOICE.choice, repeat_count: 6 } }],
    ['agent_id', { agent_id: 'nobody' }], ['trunk', { trunk: 'no such trunk' }], ['max_duration', { max_duration: 9 }],
  ])('a wrong %s is a 400 that names it', async (field, change) => {
    const answer = await post({ ...SIMPLE, ...change });
    expect([answer.status, answer.json().detail]).toEqual([400, expect.stringContaining(field)]);
    expect(await database.db.select().from(calls)).toEqual([]);
  });

  it('at its bounds is right', async () => {
    const choice = { prompt: 'x'.repeat(1_000), options: Array.from({ length: 20 }, (_, index) => ({ value: `v${index}`, synonyms: Array.from({ length: 20 }, (_none, at) => `s${at}`) })), repeat_count: 5, timeout_seconds: 60 };
    for (const change of [{ message: 'x'.repeat(4_000) }, { message: 'é' }, { ring_timeout: 5 }, { ring_timeout: 120 }, { choice }, { choice: { ...choice, repeat_count: 1, timeout_seconds: 5 } }])
      expect((await post({ ...SIMPLE, ...change })).status).toBe(200);
    for (const extension of ['1001', '+49 (30) 123', 'reception', '1001@pbx.example.org', 'sip:1001@pbx.example.org:5070']) expect((await post({ ...SIMPLE, extension })).status).toBe(200);
    expect((await post({ ...SIMPLE, callback_url: null, call_id: null, choice: null })).status).toBe(200);
  });

  it('is nobody’s without credentials, whatever the body says', async () => {
    for (const key of [null, '', 'parley_nobody_knows_this_key_at_all']) {
      const answer = await post(SIMPLE, key);
      expect([answer.status, typeof answer.json().detail]).toEqual([401, 'string']);
    }
    const trpc = await web.ask('POST', '/api/trpc/calls.place', { key: null, body: JSON.stringify(SIMPLE) });
    expect(trpc.status).toBe(401);
    expect(await database.db.select().from(calls)).toEqual([]);
  });

  it('of an open network is the unmodified client of the page', async () => {
    await using open = await startTestWeb({ db: database.db, environment: { PARLEY_OPEN_NETWORKS: '127.0.0.0/8' } });
    expect((await open.ask('POST', '/call', { key: null, body: JSON.stringify(SIMPLE) })).json()).toMatchObject({ status: 'queued' });
  });

  it('is refused where the number may not be called, and where there is no trunk', async () => {
    await database.db.insert(callPolicies).values({ workspaceId, deniedPrefixes: ['555'] });
    const denied = await post(SIMPLE);
    expect([denied.status, denied.json().detail]).toEqual([403, expect.stringContaining('extension')]);
    await database.db.delete(trunks);
    const none = await post({ ...SIMPLE, extension: '1001' });
    expect([none.status, none.json().detail]).toEqual([409, expect.stringContaining('trunk')]);
  });
});

describe('GET /call/{call_id}', () => {
  const DOCUMENTED = ['call_id', 'status', 'queued_at', 'started_at', 'completed_at', 'duration_seconds', 'choice_response', 'error'];

  it('shows a call from the queue to its end, in the states of the page', async () => {
    const placed = await place({ call_id: 'out-1732945860-1' });
    const shown = async () => (await get('/call/out-1732945860-1'))[1];
    expect(Object.keys(await shown()).slice(0, 8)).toEqual(DOCUMENTED);
    expect(await shown()).toMatchObject({ status: 'queued', queued_at: expect.stringMatching(/Z$/) as string, started_at: null, completed_at: null, duration_seconds: null, choice_response: null, error: null, queue_position: null });
    const taken = await takeCall(database.db, { nodeId, trunkIds: [trunkId], maxConcurrent: 1 });
    const attempt = { id: placed.id, attemptId: taken!.attemptId };
    expect(await shown()).toMatchObject({ status: 'queued', state: 'dialing', started_at: expect.stringMatching(/Z$/) as string });
    await moveCall(database.db, { ...attempt, to: 'ringing' });
    expect(await shown()).toMatchObject({ status: 'ringing' });
    await moveCall(database.db, { ...attempt, to: 'answered' });
    expect(await shown()).toMatchObject({ status: 'answered', duration_seconds: null, completed_at: null });
    await database.db.update(calls).set({ answeredAt: sql`clock_timestamp() - interval '40 seconds'` }).where(eq(calls.id, placed.id));
    await finishCall(database.db, { ...attempt, end: { ...talked, choiceResponse: 'confirmed', choiceRawText: 'yes that works' } });
    const done = await shown();
    expect(done).toMatchObject({ call_id: 'out-1732945860-1', status: 'completed', completed_at: expect.stringMatching(/Z$/) as string, choice_response: 'confirmed', choice_raw_text: 'yes that works', error: null, message_played: true });
    expect(done.duration_seconds).toBeGreaterThanOrEqual(40);
  });

  it.each([['no_answer', 'no_answer'], ['busy', 'busy'], ['failed', 'failed'], ['cancelled', 'failed'], ['unknown', 'failed']] as const)('one that ended as %s is %s, with the reason beside it', async (state, status) => {
    const { id, attemptId, callId } = await (async () => {
      const placed = await place();
      const taken = await takeCall(database.db, { nodeId, trunkIds: [trunkId], maxConcurrent: 1 });
      return { id: placed.id, attemptId: taken!.attemptId, callId: placed.call_id };
    })();
    await finishCall(database.db, { id, attemptId, end: { state, endReason: 'why', error: 'In words' } });
    expect(await get(`/call/${callId}`)).toMatchObject([200, { status, state, end_reason: 'why', error: 'In words', duration_seconds: 0 }]);
  });

  it('of an unknown call is 404 with the call’s name', async () => {
    for (const name of ['out-1-1', 'nul\0', '%', 'x'.repeat(500)]) {
      const [status, body] = await get(`/call/${encodeURIComponent(name)}`);
      expect([status, typeof body.detail]).toEqual([404, 'string']);
    }
    expect((await get('/call/out-1-1'))[1].detail).toContain('out-1-1');
  });
});

describe('DELETE /call/{call_id}', () => {
  const remove = async (callId: string) => { const { status, json } = await web.ask('DELETE', `/call/${callId}`); return [status, json()] as const; };

  it('takes a waiting call out of the queue, tells of it, and nobody dials it', async () => {
    const { call_id: callId, id } = await place({ callback_url: 'https://example.com/webhook' });
    expect(await remove(callId)).toEqual([200, { success: true, message: `Call ${callId} cancelled` }]);
    expect(await takeCall(database.db, { nodeId, trunkIds: [trunkId], maxConcurrent: 1 })).toBeNull();
    expect(await get(`/call/${callId}`)).toMatchObject([200, { status: 'failed', state: 'cancelled', end_reason: 'cancelled' }]);
    const told = await database.db.select().from(webhookDeliveries).where(eq(webhookDeliveries.subjectId, id));
    expect(told.map(({ body }) => JSON.parse(body) as Json)).toEqual([expect.objectContaining({ call_id: callId, status: 'failed', end_reason: 'cancelled' })]);
    expect(asked.hangUp).toEqual([]);
    expect(await remove(callId)).toMatchObject([409, { detail: expect.stringContaining('ended') as string }]);
  });

  it('hangs up a live one on its node', async () => {
    const { id, callId } = await answered();
    expect(await remove(callId)).toMatchObject([200, { success: true }]);
    expect(asked.hangUp).toEqual([id]);
  });

  it('says so when the node is gone, and when it does not answer', async () => {
    const { callId } = await answered();
    for (const kind of ['not_found', 'unavailable'] as const) {
      refusal = new AppError(kind, 'x');
      expect((await remove(callId))[0]).toBe(503);
    }
    expect((await remove('nobody'))[0]).toBe(404);
  });

  it('and a node never both get the same call', async () => {
    for (let round = 0; round < 10; round++) {
      const { call_id: callId, id } = await place();
      const [removed, taken] = await Promise.all([remove(callId), takeCall(database.db, { nodeId, trunkIds: [trunkId], maxConcurrent: 100 })]);
      const { state } = await callRow(database.db, id);
      expect(removed[0]).toBe(200);
      expect([state, asked.hangUp.includes(id)]).toEqual(taken ? ['dialing', true] : ['cancelled', false]);
    }
  });
});

describe('GET /queue', () => {
  it('counts in the page’s words and in the others', async () => {
    const done = await answered();
    await finishCall(database.db, { id: done.id, attemptId: done.attemptId, end: talked });
    await answered();
    await place();
    await place();
    expect(await get('/queue')).toEqual([200, { enabled: true, pending: 2, active: 1, max_concurrent: 1, total_processed: 1, queued: 2, processing: 1 }]);
    expect((await web.ask('GET', '/queue', { key: null })).status).toBe(401);
  });

  it('is not enabled without a trunk', async () => {
    await database.db.delete(trunks);
    expect(await get('/queue')).toEqual([200, { enabled: false, pending: 0, active: 0, max_concurrent: 1, total_processed: 0, queued: 0, processing: 0 }]);
  });

  it('is as wide as the workspace may use it', async () => {
    await using wide = await startTestWeb({ db: database.db, environment: { CALL_QUEUE_MAX_CONCURRENT: '8' } });
    expect((await wide.ask('GET', '/queue')).json()).toMatchObject({ max_concurrent: 8 });
    await database.db.insert(callPolicies).values({ workspaceId, maxConcurrent: 3 });
    expect((await wide.ask('GET', '/queue')).json()).toMatchObject({ max_concurrent: 3 });
  });
});

describe('POST /speak', () => {
  const speak = async (query: string) => { const { status, json } = await web.ask('POST', `/speak${query}`); return [status, json()] as const; };

  it('speaks the page’s example into the live call that was answered last', async () => {
    await answered();
    const last = await answered();
    expect(await speak('?message=Attention:%20severe%20weather%20warning')).toEqual([200, { success: true, message: 'Message spoken to call' }]);
    expect(asked.speak).toEqual([[last.id, 'Attention: severe weather warning']]);
  });

  it('speaks into the call that is named', async () => {
    const first = await answered({ call_id: 'first one' });
    await answered();
    expect((await speak('?message=Hello&call_id=first%20one'))[0]).toBe(200);
    expect(asked.speak).toEqual([[first.id, 'Hello']]);
  });

  it('without a live call is 404 in the page’s words; so is a call that is over, not answered or unknown', async () => {
    const none = [404, { detail: 'No active call to speak to' }];
    expect(await speak('?message=Hello')).toEqual(none);
    const { id, attemptId, callId } = await answered();
    await place({ call_id: 'waiting' });
    expect(await speak('?message=Hello&call_id=waiting')).toEqual(none);
    expect(await speak('?message=Hello&call_id=nobody')).toEqual(none);
    await finishCall(database.db, { id, attemptId, end: talked });
    expect(await speak(`?message=Hello&call_id=${callId}`)).toEqual(none);
    expect(asked.speak).toEqual([]);
  });

  it('into a call that ends at that moment is 404, and 503 when the node does not answer', async () => {
    await answered();
    for (const [kind, status] of [['not_found', 404], ['conflict', 404], ['unavailable', 503]] as const) {
      refusal = new AppError(kind, 'x');
      expect((await speak('?message=Hello'))[0]).toBe(status);
    }
  });

  it.each([['none', ''], ['empty ones', '?message='], ['blanks', '?message=%20%20'], ['too many', `?message=${'x'.repeat(1_001)}`]])('with words that are %s is 400', async (_what, query) => {
    const [status, body] = await speak(query);
    expect([status, body.detail]).toEqual([400, expect.stringContaining('message')]);
  });
});

describe('/health and the SIP bridge', () => {
  const ask = async (path: string) => (await web.ask('GET', path, { key: null })).json();

  it('know the trunk, its calls and the process that holds them', async () => {
    const { id } = await answered();
    await place();
    expect(await ask('/health')).toMatchObject({ status: 'healthy', sip_registered: true, active_calls: 1, queue: { enabled: true, pending: 1, active: 1, max_concurrent: 1, total_processed: 0 } });
    expect(await ask('/health/sip-bridge')).toEqual({ status: 'healthy', sip_bridge: 'running', message: 'SIP bridge is running' });
    const room = `sip-outbound-${id}`;
    expect(await ask('/health/sip-bridge-status')).toEqual({ enabled: true, running: true, active_rooms: [room], process_count: 1, process_pids: { [room]: 4_711 } });
  });

  it('say when a trunk is not registered, when nobody serves one, and when there is none', async () => {
    await aTrunk(database.db, workspaceId, { nodeId, state: 'waiting', lastError: 'secret.example.org refused us' });
    expect(await ask('/health')).toMatchObject({ status: 'degraded', sip_registered: false });
    expect(await ask('/health/sip-bridge')).toEqual({ status: 'degraded', sip_bridge: 'running', message: 'SIP bridge is running; 1 of 2 trunks are registered' });
    await database.db.update(nodes).set({ leaseExpiresAt: sql`now() - interval '1 second'` });
    expect(await ask('/health/sip-bridge')).toMatchObject({ status: 'error', sip_bridge: 'not_running' });
    expect(await ask('/health')).toMatchObject({ sip_registered: false });
    await database.db.update(trunks).set({ isActive: false });
    expect(await ask('/health/sip-bridge')).toEqual({ status: 'disabled', sip_bridge: 'not_enabled', message: 'SIP bridge is not enabled' });
  });
});

describe('the console’s list and page', () => {
  it('find calls by what they are', async () => {
    const live = await answered({ extension: '5550001', call_id: 'one' });
    const over = await answered({ extension: 'reception', call_id: 'two_100%' });
    await finishCall(database.db, { id: over.id, attemptId: over.attemptId, end: talked });
    const list = async (query: string) => ((await get(`/api/calls${query}`))[1].calls as Json[]).map(({ id }) => id);
    expect(await list('')).toEqual([over.id, live.id]);
    expect(await list('?state=live')).toEqual([live.id]);
    expect(await list('?state=ended')).toEqual([over.id]);
    expect(await list('?direction=inbound')).toEqual([]);
    expect(await list(`?trunk_id=${trunkId}&direction=outbound`)).toHaveLength(2);
    expect(await list('?q=55500')).toEqual([live.id]);
    expect(await list('?q=%25')).toEqual([over.id]);
    const [, page] = await get('/api/calls?limit=1&offset=1');
    expect(page).toMatchObject({ total: 2, limit: 1, offset: 1, calls: [{ id: live.id, call_id: 'one', status: 'answered', trunk: { id: trunkId }, agent: { name: 'Assistant' }, duration_seconds: null }] });
  });

  it('show everything of one', async () => {
    const { id, attemptId } = await answered({ ...WITH_CHOICE, converse: true });
    await finishCall(database.db, { id, attemptId, end: { ...talked, media: { codec: 'PCMU', received: 10, lost: 0, jitterMs: 1.5, concealed: 0, roundTripMs: 20 } } });
    const [status, detail] = await get(`/api/calls/${id}`);
    expect([status, detail]).toMatchObject([200, {
      id, status: 'completed', message: WITH_CHOICE.message, converse: true, callback_url: 'https://example.com/webhook', ring_timeout: 30, max_duration: 3_600,
      choice: { ...WITH_CHOICE.choice, repeat_count: 2 }, media: { codec: 'PCMU', jitterMs: 1.5 }, sip_status: 200,
      events: [{ seq: 1, kind: 'state', summary: 'dialing' }, { summary: 'ringing' }, { summary: 'answered' }, { summary: 'completed', details: { reason: 'hung_up_by_us' } }],
      webhook: [{ event: 'call.ended', url: 'https://example.com/webhook', state: 'pending', attempts: [] }],
    }]);
    for (const unknown of ['nobody', '018f3f5e-7d4c-7a33-9b1a-0123456789ab']) expect((await get(`/api/calls/${unknown}`))[0]).toBe(404);
  });
});

it('the page’s other client sends its key as X-API-Key', async () => {
  const answer = await web.ask('POST', '/call', { key: null, headers: { 'x-api-key': API_KEY }, body: JSON.stringify(SIMPLE) });
  expect(answer.status).toBe(200);
});
