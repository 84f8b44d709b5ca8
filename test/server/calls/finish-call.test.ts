import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beginInboundCall, finishCall, moveCall, recordCallEvents, takeCall, type CallResult } from '@/server/calls';
import { mayMove, statesBefore } from '@/server/calls/call-state';
import { CALL_STATES, calls, LIVE_CALL_STATES, type CallState } from '@/server/calls/tables';
import { newId } from '@/server/platform/ids';
import { usageRecords } from '@/server/usage/tables';
import { webhookDeliveries } from '@/server/webhooks/tables';
import { aCallingWorkspace, aNode, callRow, eventsOf, place, talked, type CallWorkspace } from '@test/support/calls';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import type { PlaceCallRequest } from '@/server/calls/contract';

let database: TestDatabase;
let ours: CallWorkspace;
let nodeId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  ours = await aCallingWorkspace(database.db);
  nodeId = await aNode(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => database.db.delete(calls));

const CALLBACK = 'https://example.org/result';
async function taken(request: Partial<PlaceCallRequest> = {}) {
  await place(database.db, ours, { callback_url: CALLBACK, ...request });
  const call = await takeCall(database.db, { nodeId, trunkIds: [ours.trunkId], maxConcurrent: 100 });
  if (!call) throw new Error('nothing to take');
  return { id: call.id, attemptId: call.attemptId };
}
const put = (id: string, state: CallState) => database.db.update(calls).set({ state }).where(eq(calls.id, id));
const deliveriesOf = (id: string) => database.db.select().from(webhookDeliveries).where(eq(webhookDeliveries.subjectId, id));
const usageOf = (conversationId: string) => database.db.select().from(usageRecords).where(eq(usageRecords.conversationId, conversationId));

describe('a call that was answered', () => {
  it('is told with exactly what the page shows, once, with its usage', async () => {
    const call = await taken({ call_id: 'out-1732945860-1', extension: '5551234567' });
    const conversationId = newId();
    expect(await moveCall(database.db, { ...call, to: 'ringing', sipCallId: 'abc@here' })).toBe(true);
    expect(await moveCall(database.db, { ...call, to: 'answered', conversationId })).toBe(true);
    await database.sql`UPDATE calls SET answered_at = clock_timestamp() - interval '45.23 seconds' WHERE id = ${call.id}`;
    expect(await finishCall(database.db, { ...call, end: { ...talked, choiceResponse: 'confirmed', choiceRawText: 'yes that works', media: { codec: 'PCMA', received: 100, lost: 1, jitterMs: 2.5, concealed: 1, roundTripMs: null } } })).toBe(true);

    const row = await callRow(database.db, call.id);
    expect(row).toMatchObject({ state: 'completed', endReason: 'hung_up_by_us', error: null, sipStatus: 200, conversationId, sipCallId: 'abc@here', endedAt: expect.any(Date), media: { codec: 'PCMA' } });
    expect(row.durationSeconds).toBeGreaterThanOrEqual(45.2);
    expect(Math.round(row.durationSeconds! * 10) / 10).toBe(row.durationSeconds);
    const [delivery, ...more] = await deliveriesOf(call.id);
    expect(more).toEqual([]);
    expect(delivery).toMatchObject({ event: 'call.ended', url: CALLBACK, workspaceId: ours.id, state: 'pending' });
    const body = JSON.parse(delivery!.body) as Record<string, unknown>;
    expect(body).toMatchObject({
      call_id: 'out-1732945860-1', status: 'completed', extension: '5551234567', duration_seconds: row.durationSeconds, message_played: true,
      choice_response: 'confirmed', choice_raw_text: 'yes that works', error: null, end_reason: 'hung_up_by_us', conversation_id: conversationId,
    });
    expect(Object.keys(body).slice(0, 8)).toEqual(['call_id', 'status', 'extension', 'duration_seconds', 'message_played', 'choice_response', 'choice_raw_text', 'error']);
    expect(await usageOf(conversationId)).toEqual([expect.objectContaining({ leg: 'telephony', audioSeconds: row.durationSeconds, workspaceId: ours.id })]);
    expect((await eventsOf(database.db, call.id)).map(({ seq, summary }) => [seq, summary])).toEqual([[1, 'dialing'], [2, 'ringing'], [3, 'answered'], [4, 'completed']]);
  });

  it('whose answer was never stored has been talked all the same', async () => {
    const call = await taken();
    expect(await finishCall(database.db, { ...call, end: talked })).toBe(true);
    expect(await callRow(database.db, call.id)).toMatchObject({ state: 'completed', answeredAt: expect.any(Date), durationSeconds: expect.any(Number) });
  });
});

describe('a call whose end is stored late, because the database was away', () => {
  const begunAgo = (id: string, seconds: number) => database.sql`UPDATE calls SET started_at = clock_timestamp() - make_interval(secs => ${seconds}) WHERE id = ${id}`;
  const secondsAgo = async (id: string) => (await database.sql`SELECT extract(epoch FROM clock_timestamp() - ringing_at)::float8 AS ringing, extract(epoch FROM clock_timestamp() - answered_at)::float8 AS answered, extract(epoch FROM clock_timestamp() - ended_at)::float8 AS ended,
    extract(epoch FROM ended_at - answered_at)::float8 AS talked, started_at <= ringing_at AND ringing_at <= answered_at AND answered_at <= ended_at AND ended_at <= clock_timestamp() AS ordered FROM calls WHERE id = ${id}`)[0]!;

  it('has rung, been answered and ended when it did', async () => {
    const call = await taken();
    const conversationId = newId();
    await begunAgo(call.id, 300);
    await moveCall(database.db, { ...call, to: 'ringing', agoMs: 200_000 });
    await moveCall(database.db, { ...call, to: 'answered', agoMs: 190_000, conversationId });
    expect(await finishCall(database.db, { ...call, end: talked, agoMs: 60_000 })).toBe(true);
    const times = await secondsAgo(call.id);
    expect(times).toMatchObject({ ordered: true });
    expect(Number(times.ringing)).toBeGreaterThanOrEqual(200);
    expect(Number(times.answered)).toBeGreaterThanOrEqual(190);
    expect(Number(times.ended)).toBeGreaterThanOrEqual(60);
    // 130 s, and as long as the machine took from the one to the other; 190 s if the end were now.
    expect(Number(times.talked)).toBeGreaterThanOrEqual(130);
    expect(Number(times.talked)).toBeLessThan(190);
    const { durationSeconds, endedAt } = await callRow(database.db, call.id);
    expect(Math.abs(durationSeconds! - Number(times.talked))).toBeLessThan(0.2);
    expect(await usageOf(conversationId)).toEqual([expect.objectContaining({ audioSeconds: durationSeconds })]);
    expect((await eventsOf(database.db, call.id)).at(-1)).toMatchObject({ summary: 'completed', at: endedAt });
  });

  it.each([-5_000, Number.NaN, 1e15])('never goes back behind its beginning, nor into the future (%s ms)', async (agoMs) => {
    const call = await taken();
    await begunAgo(call.id, 30);
    await moveCall(database.db, { ...call, to: 'ringing', agoMs });
    await moveCall(database.db, { ...call, to: 'answered', agoMs });
    expect(await finishCall(database.db, { ...call, end: talked, agoMs })).toBe(true);
    expect(await secondsAgo(call.id)).toMatchObject({ ordered: true });
  });
});

describe('finishing twice', () => {
  it('is one end, one webhook and one row of usage, at the same moment too', async () => {
    const call = await taken();
    const conversationId = newId();
    await moveCall(database.db, { ...call, to: 'answered', conversationId });
    const ends = await Promise.all(Array.from({ length: 6 }, () => finishCall(database.db, { ...call, end: talked })));
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await finishCall(database.db, { ...call, end: { ...talked, state: 'failed' } })).toBe(false);
    expect(await deliveriesOf(call.id)).toHaveLength(1);
    expect(await usageOf(conversationId)).toHaveLength(1);
    expect(await callRow(database.db, call.id)).toMatchObject({ state: 'completed' });
  });

  it('and nothing of it is written when the webhook cannot be', async () => {
    const call = await taken();
    await database.sql`ALTER TABLE webhook_deliveries ADD CONSTRAINT none CHECK (false) NOT VALID`;
    await expect(finishCall(database.db, { ...call, end: talked })).rejects.toThrow();
    await database.sql`ALTER TABLE webhook_deliveries DROP CONSTRAINT none`;
    expect(await callRow(database.db, call.id)).toMatchObject({ state: 'dialing', endedAt: null });
    expect(await finishCall(database.db, { ...call, end: talked })).toBe(true);
  });
});

it.each([
  ['no_answer', 'no_answer'], ['busy', 'busy'], ['failed', 'failed'], ['cancelled', 'failed'], ['unknown', 'failed'],
] as const)('one that ended as %s is told as %s, and has no duration and no usage', async (state, status) => {
  const call = await taken();
  const conversationId = newId();
  await moveCall(database.db, { ...call, to: 'ringing', conversationId });
  expect(await finishCall(database.db, { ...call, end: { state, endReason: state, error: 'In words' } })).toBe(true);
  const [delivery] = await deliveriesOf(call.id);
  expect(JSON.parse(delivery!.body)).toMatchObject({ status, duration_seconds: 0, message_played: false, choice_response: null, error: 'In words', end_reason: state });
  expect(await usageOf(conversationId)).toEqual([]);
});

it('without a callback_url nobody is told', async () => {
  const call = await taken({ callback_url: null });
  expect(await finishCall(database.db, { ...call, end: talked })).toBe(true);
  expect(await deliveriesOf(call.id)).toEqual([]);
});

describe('a move', () => {
  it('is refused wherever it is not drawn, and to whoever has another attempt', async () => {
    const wrong: string[] = [];
    for (const from of CALL_STATES) {
      for (const to of CALL_STATES.filter((state) => state !== 'queued' && state !== 'dialing')) {
        const call = await taken();
        await put(call.id, from);
        const stranger = { id: call.id, attemptId: newId() };
        const move = (who: typeof call) => (to === 'ringing' || to === 'answered' ? moveCall(database.db, { ...who, to }) : finishCall(database.db, { ...who, end: { state: to, endReason: to, error: null } satisfies CallResult }));
        if (await move(stranger)) wrong.push(`a stranger moved ${from} to ${to}`);
        const legal = (mayMove(from, to) && from !== 'queued') || (from === to && (to === 'ringing' || to === 'answered')); // said again it is still so
        const moved = await move(call);
        if (moved !== legal) wrong.push(`${from} to ${to}: ${moved}`);
        const { state } = await callRow(database.db, call.id);
        if (state !== (legal ? to : from)) wrong.push(`${from} to ${to} left it ${state}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('leads from no end anywhere, and never back to the queue or to dialling again', () => {
    for (const from of CALL_STATES) {
      const live = (LIVE_CALL_STATES as readonly string[]).includes(from);
      expect([from, CALL_STATES.some((to) => mayMove(from, to))]).toEqual([from, live]);
    }
    expect(statesBefore('queued')).toEqual([]);
    expect(statesBefore('dialing')).toEqual(['queued']);
  });

  it('said twice happens once', async () => {
    const call = await taken();
    expect(await moveCall(database.db, { ...call, to: 'answered' })).toBe(true);
    const { answeredAt } = await callRow(database.db, call.id);
    const conversationId = newId();
    expect(await moveCall(database.db, { ...call, to: 'answered', conversationId })).toBe(true);
    expect(await callRow(database.db, call.id)).toMatchObject({ answeredAt, conversationId });
    expect((await eventsOf(database.db, call.id)).map(({ summary }) => summary)).toEqual(['dialing', 'answered']);
  });
});

describe('a call that comes in', () => {
  it('is a record that rings, with what its caller sent made storable', async () => {
    const call = await beginInboundCall(database.db, {
      workspaceId: ours.id, trunkId: ours.trunkId, nodeId, agentId: null, conversationId: newId(), remoteNumber: '+4930\0', remoteName: `A\ud83d${'x'.repeat(500)}`, calledNumber: null, sipCallId: 'z'.repeat(1_000),
    });
    if (call === 'busy') throw new Error('no limit is set');
    expect(call.callId).toMatch(/^in-\d+-\d+$/);
    expect(await callRow(database.db, call.id)).toMatchObject({ direction: 'inbound', state: 'ringing', extension: '+4930', callbackUrl: null, ringingAt: expect.any(Date), attemptId: call.attemptId });
    expect(await moveCall(database.db, { ...call, to: 'answered' })).toBe(true);
    expect(await finishCall(database.db, { ...call, end: { ...talked, endReason: 'hung_up_by_them' } })).toBe(true);
    expect(await callRow(database.db, call.id)).toMatchObject({ state: 'completed', durationSeconds: expect.any(Number) });
  });

  it('never comes in over another workspace’s trunk', async () => {
    const theirs = await aCallingWorkspace(database.db);
    expect(await beginInboundCall(database.db, { workspaceId: ours.id, trunkId: theirs.trunkId, nodeId, agentId: null, conversationId: null, remoteNumber: '1', remoteName: null, calledNumber: null, sipCallId: 'x' })).toBe('busy');
  });
});

describe('events', () => {
  const sip = (callId: string, summary: string, more = {}) => ({ callId, at: new Date(), kind: 'sip' as const, direction: 'out' as const, summary, ...more });

  it('are counted in the order they come, whoever writes', async () => {
    const call = await taken();
    await Promise.all(Array.from({ length: 5 }, (_, index) => recordCallEvents(database.db, [sip(call.id, `INVITE ${index}`), sip(call.id, `ACK ${index}`)])));
    await moveCall(database.db, { ...call, to: 'ringing' });
    const events = await eventsOf(database.db, call.id);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    for (let index = 0; index < 5; index++) expect(events.findIndex(({ summary }) => summary === `ACK ${index}`)).toBe(events.findIndex(({ summary }) => summary === `INVITE ${index}`) + 1);
  });

  it('are there once when written twice, bounded, storable, and of calls that are there', async () => {
    const call = await taken();
    const one = sip(call.id, `hostile\0\ud83d${'x'.repeat(2_000)}`, { id: newId(), details: { header: 'a\0b' } });
    await recordCallEvents(database.db, [one]);
    await recordCallEvents(database.db, [one, sip(newId(), 'of nobody')]);
    const many = Array.from({ length: 700 }, (_, index) => sip(call.id, `INFO ${index}`));
    for (let start = 0; start < many.length; start += 100) await recordCallEvents(database.db, many.slice(start, start + 100));
    const events = await eventsOf(database.db, call.id);
    expect(events.filter(({ summary }) => summary.startsWith('hostile'))).toEqual([expect.objectContaining({ details: { header: 'ab' }, summary: expect.not.stringMatching(/\0/) as string })]);
    expect(events).toHaveLength(500);
    expect(await finishCall(database.db, { ...call, end: talked })).toBe(true);
    expect((await eventsOf(database.db, call.id)).at(-1)).toMatchObject({ kind: 'state', summary: 'completed' });
  });
});
