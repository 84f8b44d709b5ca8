import { eq, inArray, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beginInboundCall, finishCall, takeCall, type TakenCall } from '@/server/calls';
import { calls } from '@/server/calls/tables';
import { agents } from '@/server/agents/tables';
import { budgets } from '@/server/usage/tables';
import { nodes } from '@/server/nodes/tables';
import { newId } from '@/server/platform/ids';
import { trunks } from '@/server/telephony/tables';
import { aCallingWorkspace, aNode, aTrunk, callRow, eventsOf, place, talked, type CallWorkspace } from '@test/support/calls';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { enterUsage } from '@test/support/ledger';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => database.db.delete(calls)); // the installation's limit counts everybody's

const queue = (ours: CallWorkspace, count: number) => Promise.all(Array.from({ length: count }, () => place(database.db, ours)));
const take = (nodeId: string, trunkIds: string[], maxConcurrent = 100) => takeCall(database.db, { nodeId, trunkIds, maxConcurrent });
const finish = ({ id, attemptId }: { id: string; attemptId: string }) => finishCall(database.db, { id, attemptId, end: talked });

describe('a call that is taken', () => {
  it('is dialing under an attempt before anybody dials, and says all that the node needs', async () => {
    const ours = await aCallingWorkspace(database.db);
    const nodeId = await aNode(database.db);
    const placed = await place(database.db, ours, { extension: 'sip:1001@PBX.example.org', ring_timeout: 20, converse: true, max_duration: 60, choice: { prompt: 'Yes or no?', options: [{ value: 'yes', synonyms: ['yeah'] }] } });
    const taken = await take(nodeId, [ours.trunkId]);
    expect(taken).toEqual({
      id: placed.id, workspaceId: ours.id, callId: placed.call_id, attemptId: expect.any(String), trunkId: ours.trunkId, agentId: expect.any(String),
      extension: 'sip:1001@pbx.example.org', message: 'Hello there', converse: true, ringTimeoutSeconds: 20, maxDurationSeconds: 60, callerLabel: '1001', apiKeyId: expect.any(String),
      choice: { prompt: 'Yes or no?', options: [{ value: 'yes', synonyms: ['yeah'] }], timeoutSeconds: 15, repeatCount: 2 },
    });
    expect(await callRow(database.db, placed.id)).toMatchObject({ state: 'dialing', attemptId: taken!.attemptId, nodeId, startedAt: expect.any(Date), extension: 'sip:1001@PBX.example.org' });
    expect((await eventsOf(database.db, placed.id)).map(({ seq, kind, summary }) => [seq, kind, summary])).toEqual([[1, 'state', 'dialing']]);
  });

  it('is the oldest one, and each is taken once', async () => {
    const ours = await aCallingWorkspace(database.db);
    const nodeId = await aNode(database.db);
    const placed: string[] = [];
    for (let index = 0; index < 3; index++) placed.push((await place(database.db, ours)).id);
    const taken = [await take(nodeId, [ours.trunkId]), await take(nodeId, [ours.trunkId]), await take(nodeId, [ours.trunkId])];
    expect(taken.map((call) => call?.id)).toEqual(placed);
    expect(await take(nodeId, [ours.trunkId])).toBeNull();
  });

  it('goes out over a trunk that the node holds, and not over one that is switched off', async () => {
    const ours = await aCallingWorkspace(database.db);
    const nodeId = await aNode(database.db);
    await queue(ours, 1);
    expect(await take(nodeId, [])).toBeNull();
    expect(await take(nodeId, [await aTrunk(database.db, ours.id)])).toBeNull();
    await database.db.update(trunks).set({ isActive: false }).where(eq(trunks.id, ours.trunkId));
    expect(await take(nodeId, [ours.trunkId])).toBeNull();
    await database.db.update(trunks).set({ isActive: true }).where(eq(trunks.id, ours.trunkId));
    expect(await take(nodeId, [ours.trunkId])).not.toBeNull();
  });

  it('is nobody’s whose lease has run out, who is no realtime node or whom nobody knows', async () => {
    const ours = await aCallingWorkspace(database.db);
    const nodeId = await aNode(database.db, { leaseSeconds: -1 });
    await queue(ours, 1);
    for (const id of [nodeId, newId()]) expect(await take(id, [ours.trunkId])).toBeNull();
    await database.db.update(nodes).set({ leaseExpiresAt: sql`now() + interval '1 minute'`, kind: 'worker' }).where(eq(nodes.id, nodeId));
    expect(await take(nodeId, [ours.trunkId])).toBeNull();
    await database.db.update(nodes).set({ kind: 'realtime' }).where(eq(nodes.id, nodeId));
    expect(await take(nodeId, [ours.trunkId])).not.toBeNull();
  });
});

describe('limits', () => {
  it('the installation’s holds over all workspaces, and an end makes room', async () => {
    const [ours, theirs] = [await aCallingWorkspace(database.db), await aCallingWorkspace(database.db)];
    const nodeId = await aNode(database.db);
    await queue(ours, 2);
    await queue(theirs, 2);
    const both = [ours.trunkId, theirs.trunkId];
    const first = await take(nodeId, both, 2);
    expect(await take(nodeId, both, 2)).not.toBeNull();
    expect(await take(nodeId, both, 2)).toBeNull();
    expect(await finish(first!)).toBe(true);
    expect(await take(nodeId, both, 2)).toMatchObject({ workspaceId: theirs.id });
  });

  it('a workspace at its own limit does not hold up the others behind it', async () => {
    const ours = await aCallingWorkspace(database.db, { policy: { maxConcurrent: 1 } });
    const theirs = await aCallingWorkspace(database.db);
    const nodeId = await aNode(database.db);
    await queue(ours, 3);
    await queue(theirs, 1);
    const both = [ours.trunkId, theirs.trunkId];
    const taken = [await take(nodeId, both), await take(nodeId, both), await take(nodeId, both)];
    expect(taken.map((call) => call?.workspaceId)).toEqual([ours.id, theirs.id, undefined]);
  });

  it('a trunk counts both directions; one that is full lets another go on', async () => {
    const ours = await aCallingWorkspace(database.db, { trunk: { maxCalls: 1 } });
    const nodeId = await aNode(database.db);
    const other = await aTrunk(database.db, ours.id, { name: 'other' });
    const ring = () => beginInboundCall(database.db, { workspaceId: ours.id, trunkId: ours.trunkId, nodeId, agentId: null, conversationId: null, remoteNumber: '2001', remoteName: null, calledNumber: '100', sipCallId: newId() });
    const inbound = await ring();
    if (inbound === 'busy') throw new Error('the first one is let in');
    await place(database.db, ours, { trunk: ours.trunkId });
    await place(database.db, ours, { trunk: 'other' });
    expect(await take(nodeId, [ours.trunkId, other])).toMatchObject({ trunkId: other });
    expect(await take(nodeId, [ours.trunkId, other])).toBeNull();
    expect(await finish(inbound)).toBe(true);
    expect(await take(nodeId, [ours.trunkId, other])).toMatchObject({ trunkId: ours.trunkId });
    expect(await ring()).toBe('busy');
  });

  it.each([
    ['of a workspace', { policy: { callsPerSecond: 2 } }], ['of a trunk', { trunk: { callsPerSecond: 2 } }],
  ])('%s a second counts calls that have begun, whether or not they are over', async (_whose, options) => {
    const ours = await aCallingWorkspace(database.db, options);
    const nodeId = await aNode(database.db);
    await queue(ours, 4);
    const again = async (ago: string) => { await database.db.update(calls).set({ startedAt: sql`started_at - ${ago}::interval` }).where(eq(calls.workspaceId, ours.id)); };
    const begun: (TakenCall | null)[] = [await take(nodeId, [ours.trunkId]), await take(nodeId, [ours.trunkId])];
    await finish(begun[0]!);
    // A slow machine may take a second for this: the two are put back to this moment.
    await database.db.update(calls).set({ startedAt: sql`clock_timestamp() + interval '1 minute'` }).where(inArray(calls.id, begun.map((call) => call!.id)));
    expect(await take(nodeId, [ours.trunkId])).toBeNull();
    await again('2 minutes');
    expect(await take(nodeId, [ours.trunkId])).not.toBeNull();
  });

  it('less than one a second is one in several seconds', async () => {
    const ours = await aCallingWorkspace(database.db, { trunk: { callsPerSecond: 0.1 } });
    const nodeId = await aNode(database.db);
    await queue(ours, 2);
    const first = await take(nodeId, [ours.trunkId]);
    const begun = (ago: string) => database.db.update(calls).set({ startedAt: sql`clock_timestamp() - ${ago}::interval` }).where(eq(calls.id, first!.id));
    await begun('-1 minute'); // more than this takes
    expect(await take(nodeId, [ours.trunkId])).toBeNull();
    await begun('11 seconds');
    expect(await take(nodeId, [ours.trunkId])).not.toBeNull();
  });
});

describe('a race of many nodes', () => {
  it('takes each call once and never passes a limit', async () => {
    const limited = await aCallingWorkspace(database.db, { policy: { maxConcurrent: 2 }, trunk: { maxCalls: 3 } });
    const free = await aCallingWorkspace(database.db, { trunk: { maxCalls: 4 } });
    await queue(limited, 20);
    await queue(free, 30);
    const trunkIds = [limited.trunkId, free.trunkId];
    const taken: string[] = [];
    const excess: string[] = [];
    // At every moment, as the database itself sees it.
    const look = async () => {
      const [seen] = await database.sql<{ all: number; limited: number; free: number }[]>`
        SELECT count(*)::int AS all, count(*) FILTER (WHERE workspace_id = ${limited.id})::int AS limited, count(*) FILTER (WHERE workspace_id = ${free.id})::int AS free
        FROM calls WHERE state = 'dialing'`;
      if (seen!.all > 5 || seen!.limited > 2 || seen!.free > 4) excess.push(JSON.stringify(seen));
    };
    const taker = async () => {
      const nodeId = await aNode(database.db);
      while (taken.length < 50) {
        const call = await take(nodeId, trunkIds, 5);
        if (!call) { await new Promise((resolve) => setTimeout(resolve, 2)); continue; }
        taken.push(call.id);
        await look();
        if (!(await finish(call))) excess.push(`${call.id} ended twice`);
      }
    };
    await Promise.all(Array.from({ length: 20 }, taker));
    expect(excess).toEqual([]);
    expect(taken).toHaveLength(50);
    expect(new Set(taken).size).toBe(50);
    expect(await database.sql`SELECT count(*)::int AS calls, count(DISTINCT attempt_id)::int AS attempts FROM calls WHERE state = 'completed'`).toEqual([{ calls: 50, attempts: 50 }]);
  });
});

describe('a call whose budget was used up while it waited', () => {
  it('ends without anybody being rung, and those of other budgets go out', async () => {
    const { db } = database;
    const ours = await aCallingWorkspace(db);
    const others = await aCallingWorkspace(db);
    const nodeId = await aNode(db);
    const [first, second] = [await place(db, ours), await place(db, ours)];
    const theirs = await place(db, others);
    await db.insert(budgets).values({ workspaceId: ours.id, scope: 'workspace', period: 'day', limitUsd: '1' });
    await enterUsage(db, [{ workspaceId: ours.id, leg: 'telephony', provider: 'sip', model: 'outbound', costUsd: '1' }]);

    expect((await take(nodeId, [ours.trunkId, others.trunkId]))?.id).toBe(theirs.id);

    for (const { id } of [first, second]) {
      expect(await callRow(db, id)).toMatchObject({ state: 'failed', endReason: 'budget_used_up', error: expect.stringMatching(/^The daily budget of the workspace ".+" is used up\. It begins anew at /) as string, answeredAt: null });
    }
    expect(await take(nodeId, [ours.trunkId, others.trunkId])).toBeNull();
  });

  it('is one of the agent that it would be given', async () => {
    const { db } = database;
    const ours = await aCallingWorkspace(db);
    const nodeId = await aNode(db);
    const [agent] = await db.select({ id: agents.id }).from(agents).where(eq(agents.workspaceId, ours.id));
    await db.insert(budgets).values({ workspaceId: ours.id, scope: 'agent', agentId: agent!.id, period: 'day', limitUsd: '1' });
    const placed = await place(db, ours);
    await enterUsage(db, [{ workspaceId: ours.id, agentId: agent!.id, leg: 'llm', provider: 'openai', model: 'm', costUsd: '2' }]);

    expect(await take(nodeId, [ours.trunkId])).toBeNull();

    expect(await callRow(db, placed.id)).toMatchObject({ state: 'failed', endReason: 'budget_used_up' });
  });
});
