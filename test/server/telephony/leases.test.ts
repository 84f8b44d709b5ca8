import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodes } from '@/server/nodes/tables';
import { findTrunks, leaseTrunks, releaseTrunks, reportTrunkState } from '@/server/telephony';
import { trunks } from '@/server/telephony/tables';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';

let database: TestDatabase;
let workspaceId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  workspaceId = await aWorkspace(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.db.delete(trunks);
  await database.db.delete(nodes);
});

async function aNode(seconds = 60): Promise<string> {
  const [row] = await database.db.insert(nodes).values({ id: randomUUID(), address: '', leaseExpiresAt: sql`now() + ${`${seconds} seconds`}::interval` }).returning({ id: nodes.id });
  return row!.id;
}
const expire = (nodeId: string) => database.db.update(nodes).set({ leaseExpiresAt: sql`now() - interval '1 second'` }).where(eq(nodes.id, nodeId));
async function aTrunk(name: string, values: Partial<typeof trunks.$inferInsert> = {}): Promise<string> {
  const [row] = await database.db.insert(trunks).values({ workspaceId, name, domain: 'pbx.example.org', username: name, ...values }).returning({ id: trunks.id });
  return row!.id;
}
const names = (held: { name: string }[]) => held.map(({ name }) => name).sort();

describe('who serves a trunk', () => {
  it('is whoever asks first, and the others not, and not again', async () => {
    await aTrunk('a');
    await aTrunk('b');
    await aTrunk('off', { isActive: false });
    const [first, second] = [await aNode(), await aNode()];
    expect(names(await leaseTrunks(database.db, { nodeId: first }))).toEqual(['a', 'b']);
    expect(await leaseTrunks(database.db, { nodeId: second })).toEqual([]);
    await aTrunk('c');
    expect(names(await leaseTrunks(database.db, { nodeId: second }))).toEqual(['c']);
    expect(names(await leaseTrunks(database.db, { nodeId: first }))).toEqual(['a', 'b']);
  });

  it('is one node, however many ask at once', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => aNode()));
    for (let round = 0; round < 3; round += 1) {
      await database.db.delete(trunks);
      for (let index = 0; index < 4; index += 1) await aTrunk(`t${index}`);
      const held = await Promise.all(ids.map((nodeId) => leaseTrunks(database.db, { nodeId }).then((rows) => rows.map(({ id }) => `${id} ${nodeId}`))));
      const owners = new Set(held.flat());
      expect(owners.size).toBe(4);
      expect(new Set([...owners].map((each) => each.split(' ')[0])).size).toBe(4);
    }
  });

  it('ends with the lease: the node that comes late is told nothing, and another takes over', async () => {
    const trunkId = await aTrunk('a');
    const [lost, next] = [await aNode(), await aNode()];
    await leaseTrunks(database.db, { nodeId: lost });
    const report = (nodeId: string) => reportTrunkState(database.db, { trunkId, nodeId, state: 'registered', lastError: null, registeredUntil: new Date(Date.now() + 60_000) });
    expect(await report(lost)).toBe(true);
    await expire(lost);
    expect(await leaseTrunks(database.db, { nodeId: lost })).toEqual([]);
    expect(await report(lost)).toBe(false);
    expect(await leaseTrunks(database.db, { nodeId: next })).toMatchObject([{ name: 'a', nodeId: next, state: 'stopped', registeredUntil: null }]);
    await database.db.update(nodes).set({ leaseExpiresAt: sql`now() + interval '1 minute'` }).where(eq(nodes.id, lost));
    expect(await leaseTrunks(database.db, { nodeId: lost })).toEqual([]);
    expect(await report(lost)).toBe(false);
    expect(await report(next)).toBe(true);
  });

  it('is nobody who is not in the list of nodes', async () => {
    await aTrunk('a');
    expect(await leaseTrunks(database.db, { nodeId: randomUUID() })).toEqual([]);
    expect(await findTrunks(database.db)).toMatchObject([{ nodeId: null }]);
  });

  it('leaves the environment’s trunk to those whose environment describes it', async () => {
    await aTrunk('env', { source: 'environment' });
    const [without, having] = [await aNode(), await aNode()];
    expect(await leaseTrunks(database.db, { nodeId: without, environment: false })).toEqual([]);
    expect(names(await leaseTrunks(database.db, { nodeId: having }))).toEqual(['env']);
  });

  it('gives all back when it stops, or some', async () => {
    const [a] = [await aTrunk('a'), await aTrunk('b')];
    const [first, second] = [await aNode(), await aNode()];
    await leaseTrunks(database.db, { nodeId: first });
    await releaseTrunks(database.db, first, { trunkIds: [] });
    await releaseTrunks(database.db, second);
    expect(await leaseTrunks(database.db, { nodeId: second })).toEqual([]);
    await releaseTrunks(database.db, first, { trunkIds: [a] });
    expect(names(await leaseTrunks(database.db, { nodeId: second }))).toEqual(['a']);
    await releaseTrunks(database.db, first);
    expect(names(await leaseTrunks(database.db, { nodeId: second }))).toEqual(['a', 'b']);
  });

  it('is told of a trunk no longer once that is switched off, and still holds it until it gives it back', async () => {
    const trunkId = await aTrunk('a');
    const [first, second] = [await aNode(), await aNode()];
    await leaseTrunks(database.db, { nodeId: first });
    await database.db.update(trunks).set({ isActive: false }).where(eq(trunks.id, trunkId));
    expect(await leaseTrunks(database.db, { nodeId: first })).toEqual([]);
    await database.db.update(trunks).set({ isActive: true }).where(eq(trunks.id, trunkId));
    expect(await leaseTrunks(database.db, { nodeId: second })).toEqual([]);
    expect(names(await leaseTrunks(database.db, { nodeId: first }))).toEqual(['a']);
  });
});

describe('what is told of a trunk', () => {
  it('is new when its account is, and not when a limit is', async () => {
    const trunkId = await aTrunk('a');
    const nodeId = await aNode();
    const revision = async () => (await leaseTrunks(database.db, { nodeId }))[0]!.revision;
    const before = await revision();
    await database.db.update(trunks).set({ maxCalls: 3, isDefault: true, callerId: '100', updatedAt: new Date() }).where(eq(trunks.id, trunkId));
    await reportTrunkState(database.db, { trunkId, nodeId, state: 'waiting', lastError: 'The registrar said 403', registeredUntil: null });
    expect(await revision()).toBe(before);
    const seen = [before];
    for (const change of [{ domain: 'other.example.org' }, { allowedAddresses: ['192.0.2.1'] }, { transport: 'tcp' as const }, { authUsername: 'x' }, { numbers: ['100'] }, { registers: false }]) {
      await database.db.update(trunks).set(change).where(eq(trunks.id, trunkId));
      expect(seen).not.toContain(await revision());
      seen.push(await revision());
    }
  });

  it('keeps the moment of the last move, not of the last report', async () => {
    const trunkId = await aTrunk('a');
    const nodeId = await aNode();
    await leaseTrunks(database.db, { nodeId });
    const told = async (state: 'registered' | 'waiting') => {
      await reportTrunkState(database.db, { trunkId, nodeId, state, lastError: null, registeredUntil: null });
      const [row] = await database.sql<{ at: string }[]>`select state_changed_at::text as at from trunks where id = ${trunkId}`;
      return row!.at;
    };
    await told('registered');
    await database.db.update(trunks).set({ stateChangedAt: sql`state_changed_at - interval '1 minute'` }).where(eq(trunks.id, trunkId));
    const registered = await told('registered');
    expect(await told('registered')).toBe(registered);
    expect(await told('waiting')).not.toBe(registered);
  });
});
