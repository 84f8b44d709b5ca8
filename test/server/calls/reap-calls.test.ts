import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beginInboundCall, endCallsOfEarlierLives, finishCall, moveCall, reapCalls, takeCall } from '@/server/calls';
import { reapLostCalls } from '@/server/calls/jobs/reap-lost-calls';
import { calls } from '@/server/calls/tables';
import { nodes } from '@/server/nodes/tables';
import { holdLease } from '@/server/nodes/lease';
import { newId } from '@/server/platform/ids';
import { trunks } from '@/server/telephony/tables';
import { webhookDeliveries } from '@/server/webhooks/tables';
import { aCallingWorkspace, aNode, callRow, eventsOf, place, talked, type CallWorkspace } from '@test/support/calls';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { silentLogger } from '@test/support/fakes/scripted-brain';
import { jobContext } from '@test/support/job-context';

let database: TestDatabase;
let ours: CallWorkspace;
beforeAll(async () => {
  database = await createTestDatabase();
  ours = await aCallingWorkspace(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.db.delete(calls);
  await database.db.delete(nodes);
});

/** A server that has been up for a while: how long it really has is not for a test to wait for. */
const reap = (settledMs = 0) => reapCalls(database.db, { settledMs });
const expire = (nodeId: string) => database.db.update(nodes).set({ leaseExpiresAt: sql`now() - interval '1 second'` }).where(eq(nodes.id, nodeId));
async function taken(nodeId: string, to: ('ringing' | 'answered')[] = []) {
  await place(database.db, ours, { callback_url: 'https://example.org/result' });
  const call = await takeCall(database.db, { nodeId, trunkIds: [ours.trunkId], maxConcurrent: 100 });
  if (!call) throw new Error('nothing to take');
  for (const state of to) await moveCall(database.db, { id: call.id, attemptId: call.attemptId, to: state });
  return { id: call.id, attemptId: call.attemptId };
}
const inbound = async (nodeId: string) => {
  const call = await beginInboundCall(database.db, { workspaceId: ours.id, trunkId: ours.trunkId, nodeId, agentId: null, conversationId: null, remoteNumber: '2001', remoteName: null, calledNumber: null, sipCallId: newId() });
  if (call === 'busy') throw new Error('no limit is set');
  return call;
};
const stateOf = async (id: string) => { const { state, endReason } = await callRow(database.db, id); return `${state} ${endReason ?? ''}`.trim(); };
const toldOf = async (id: string) => (await database.db.select().from(webhookDeliveries).where(eq(webhookDeliveries.subjectId, id))).map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe('calls of a node whose lease ran out', () => {
  it('end wherever they were, with their webhook, and are never dialled again', async () => {
    const [dead, alive] = [await aNode(database.db), await aNode(database.db)];
    const held = [await taken(dead), await taken(dead, ['ringing']), await taken(dead, ['ringing', 'answered'])];
    const [rang, talking] = [await inbound(dead), await inbound(dead)];
    await moveCall(database.db, { ...talking, to: 'answered' });
    const others = [await taken(alive), await inbound(alive)];
    const waiting = await place(database.db, ours);
    await expire(dead);

    expect(await reap()).toBe(5);
    for (const { id } of held) {
      expect(await stateOf(id)).toBe('unknown node_lost');
      expect(await toldOf(id)).toEqual([expect.objectContaining({ status: 'failed', end_reason: 'node_lost', error: expect.stringContaining('not dialled again') as string })]);
      expect((await eventsOf(database.db, id)).at(-1)).toMatchObject({ summary: 'unknown', details: { reason: 'node_lost' } });
    }
    for (const { id } of [rang, talking]) expect(await stateOf(id)).toBe('failed node_lost');
    expect(await Promise.all(others.map(({ id }) => stateOf(id)))).toEqual(['dialing', 'ringing']);
    expect(await stateOf(waiting.id)).toBe('queued');

    expect(await reap()).toBe(0);
    expect(await takeCall(database.db, { nodeId: alive, trunkIds: [ours.trunkId], maxConcurrent: 100 })).toMatchObject({ id: waiting.id });
    expect(await takeCall(database.db, { nodeId: alive, trunkIds: [ours.trunkId], maxConcurrent: 100 })).toBeNull();
  });

  it('are told with the message as played, when it had been before their node was lost', async () => {
    const dead = await aNode(database.db);
    await aNode(database.db);
    const [told, cut] = [await taken(dead, ['answered']), await taken(dead, ['answered'])];
    expect(await moveCall(database.db, { ...told, to: 'answered', messagePlayed: true })).toBe(true);
    expect(await moveCall(database.db, { ...cut, attemptId: newId(), to: 'answered', messagePlayed: true })).toBe(false);
    expect(await callRow(database.db, told.id)).toMatchObject({ state: 'answered', messagePlayed: true });
    await expire(dead);

    expect(await reap()).toBe(2);
    for (const [{ id }, played] of [[told, true], [cut, false]] as const) expect(await toldOf(id)).toEqual([expect.objectContaining({ end_reason: 'node_lost', message_played: played })]);
    expect((await eventsOf(database.db, told.id)).map(({ summary }) => summary)).toEqual(['dialing', 'answered', 'unknown']);
  });

  it('were talked as long as their node was seen, not until somebody looked', async () => {
    const dead = await aNode(database.db);
    await aNode(database.db);
    const call = await taken(dead, ['answered']);
    await database.sql`UPDATE calls SET started_at = now() - interval '10 minutes', answered_at = now() - interval '10 minutes' WHERE id = ${call.id}`;
    await database.sql`UPDATE nodes SET lease_expires_at = (SELECT answered_at + interval '1 minute' FROM calls WHERE id = ${call.id}) WHERE id = ${dead}`;
    await reap();
    expect((await callRow(database.db, call.id)).durationSeconds).toBe(60);
  });

  it('are those too whose node nobody remembers', async () => {
    const dead = await aNode(database.db);
    await aNode(database.db);
    const call = await taken(dead);
    await database.db.delete(nodes).where(eq(nodes.id, dead));
    expect(await reap()).toBe(1);
    expect(await stateOf(call.id)).toBe('unknown node_lost');
  });

  it('cannot be moved or finished any more by a node that comes back too late, and stay its own when it comes in time', async () => {
    const node = await aNode(database.db);
    await aNode(database.db);
    const [late, inTime] = [await taken(node), await taken(node)];
    await expire(node);
    await reapCalls(database.db, { settledMs: 3_600_000_000 }); // not yet
    expect(await moveCall(database.db, { ...inTime, to: 'answered' })).toBe(true);
    await reap();
    expect(await moveCall(database.db, { ...late, to: 'ringing' })).toBe(false);
    expect(await finishCall(database.db, { ...late, end: talked })).toBe(false);
    expect(await toldOf(late.id)).toHaveLength(1);
  });

  it('are ended once, however many look', async () => {
    const dead = await aNode(database.db);
    await aNode(database.db);
    const lost = [await taken(dead), await taken(dead), await taken(dead)];
    await expire(dead);
    const ended = await Promise.all(Array.from({ length: 5 }, () => reap()));
    expect(ended.reduce((sum, one) => sum + one, 0)).toBe(3);
    for (const { id } of lost) expect(await toldOf(id)).toHaveLength(1);
  });
});

describe('nobody is dead', () => {
  it('in a database that has only just come up', async () => {
    const dead = await aNode(database.db);
    await aNode(database.db, { heldSeconds: 1_000_000_000 });
    const call = await taken(dead);
    await expire(dead);
    const [up] = await database.sql<{ ms: number }[]>`SELECT (extract(epoch FROM now() - pg_postmaster_start_time()) * 1000)::float8 AS ms`;
    expect(await reap(Math.ceil(up!.ms) + 3_600_000)).toBe(0);
    expect(await stateOf(call.id)).toBe('dialing');
    expect(await reap()).toBe(1);
  });

  it('until somebody has seen the database for a whole lease without a gap', async () => {
    const dead = await aNode(database.db);
    const call = await taken(dead);
    await expire(dead);
    expect(await reap()).toBe(0); // nobody is there to have seen anything
    await aNode(database.db, { kind: 'worker', heldSeconds: -60 });
    expect(await reap()).toBe(0); // somebody came only just now
    await aNode(database.db, { heldSeconds: 60, leaseSeconds: -1 });
    expect(await reap()).toBe(0); // somebody saw it for long, and does not any more
    await aNode(database.db, { kind: 'worker', heldSeconds: 60 });
    expect(await reap()).toBe(1);
    expect(await stateOf(call.id)).toBe('unknown node_lost');
  });

  it('a lease that ran out and is taken up again has lasted since then only', async () => {
    const id = await aNode(database.db);
    const heldSince = async () => (await database.db.select().from(nodes).where(eq(nodes.id, id)))[0]!.heldSince.getTime();
    const hold = () => holdLease({ db: database.db, kind: 'realtime', id, address: '', logger: silentLogger, describe: () => ({}) });
    const before = await heldSince();
    const renewed = await hold();
    expect(await heldSince()).toBe(before);
    await expire(id);
    const again = await hold();
    expect(await heldSince()).toBeGreaterThan(before + 3_000_000);
    await renewed.release();
    await again.release();
  });
});

it('the only node of an embedded database ends the calls of its earlier lives at once', async () => {
  const [before, now] = [await aNode(database.db), await aNode(database.db)];
  const [lost, kept] = [await taken(before), await taken(now)];
  expect(await endCallsOfEarlierLives(database.db, now)).toBe(1);
  expect([await stateOf(lost.id), await stateOf(kept.id)]).toEqual(['unknown node_lost', 'dialing']);
});

it('what a node lost on the way is ended when it says what it really holds', async () => {
  const node = await aNode(database.db);
  const [held, forgotten, fresh] = [await taken(node), await taken(node), await taken(node)];
  await database.db.update(calls).set({ startedAt: sql`now() - interval '1 minute'` }).where(sql`${calls.id} <> ${fresh.id}`);
  expect(await reapCalls(database.db, { held: { nodeId: node, attemptIds: [held.attemptId] } })).toBe(1);
  expect([await stateOf(held.id), await stateOf(forgotten.id), await stateOf(fresh.id)]).toEqual(['dialing', 'unknown node_lost', 'dialing']);
  expect(await reapCalls(database.db, { held: { nodeId: await aNode(database.db), attemptIds: [] } })).toBe(0);
});

it('a call that waited for a whole day, or for a trunk that is gone, is told as failed', async () => {
  const [old, orphan, waiting] = [await place(database.db, ours, { callback_url: 'https://example.org/x' }), await place(database.db, ours), await place(database.db, ours)];
  await database.db.update(calls).set({ queuedAt: sql`now() - interval '25 hours'` }).where(eq(calls.id, old.id));
  await database.db.update(calls).set({ trunkId: null }).where(eq(calls.id, orphan.id));
  await reapLostCalls.handle({}, jobContext({ db: database.db }));
  expect([await stateOf(old.id), await stateOf(orphan.id), await stateOf(waiting.id)]).toEqual(['failed queue_expired', 'failed trunk_removed', 'queued']);
  expect(await toldOf(old.id)).toHaveLength(1);
});

it('removing a trunk keeps the records of its calls', async () => {
  const theirs = await aCallingWorkspace(database.db);
  const { id } = await place(database.db, theirs);
  await database.db.delete(trunks).where(eq(trunks.id, theirs.trunkId));
  expect(await callRow(database.db, id)).toMatchObject({ state: 'queued', trunkId: null });
});
