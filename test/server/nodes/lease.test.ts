import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversations } from '@/server/conversations/tables';
import { endConversationsOfDeadNodes, endConversationsOfEarlierLives } from '@/server/nodes/jobs/end-lost-conversations';
import { holdLease } from '@/server/nodes/lease';
import { nodes } from '@/server/nodes/tables';
import { newId } from '@/server/platform/ids';
import { aConversation, aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { silentLogger } from '@test/support/fakes/scripted-brain';

let database: TestDatabase;
let workspaceId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  workspaceId = await aWorkspace(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

const hold = (id = newId()) => holdLease({ db: database.db, kind: 'realtime', id, address: 'http://127.0.0.1:1', logger: silentLogger, describe: () => ({ sessions: 3 }) });
const rowOf = async (id: string) => (await database.db.select().from(nodes).where(eq(nodes.id, id)))[0];

async function liveConversation(nodeId: string | null): Promise<string> {
  const id = await aConversation(database.db, { workspaceId, status: 'active' });
  await database.db.update(conversations).set({ nodeId }).where(eq(conversations.id, id));
  return id;
}
const statusOf = async (id: string) => {
  const [row] = await database.db.select().from(conversations).where(eq(conversations.id, id));
  return `${row?.status} ${row?.endReason}`;
};

describe('a lease', () => {
  it('is a row that lasts while the node lives and goes when it leaves', async () => {
    const lease = await hold();
    expect(lease.held()).toBe(true);
    expect(await rowOf(lease.id)).toMatchObject({ kind: 'realtime', address: 'http://127.0.0.1:1', sessions: 3 });
    expect(await database.sql`SELECT lease_expires_at - held_since >= interval '10 seconds' AS long FROM nodes WHERE id = ${lease.id}`).toEqual([{ long: true }]);
    await lease.release();
    expect(await rowOf(lease.id)).toBeUndefined();
  });

  it('is taken over by the same node when it comes back', async () => {
    const id = newId();
    await database.db.insert(nodes).values({ id, address: 'old', leaseExpiresAt: sql`now() - interval '1 minute'` });
    const lease = await hold(id);
    expect(await rowOf(id)).toMatchObject({ address: 'http://127.0.0.1:1' });
    await lease.release();
  });
});

describe('conversations of nodes that are gone', () => {
  it('end as node_lost; those of live nodes and of none go on, and nodes long gone are forgotten', async () => {
    const lease = await hold();
    const [dead, longGone] = [newId(), newId()];
    await database.db.insert(nodes).values([
      { id: dead, address: '', leaseExpiresAt: sql`now() - interval '1 second'` },
      { id: longGone, address: '', leaseExpiresAt: sql`now() - interval '2 hours'` },
    ]);
    const live = await liveConversation(lease.id);
    const chat = await liveConversation(null);
    const lost = [await liveConversation(dead), await liveConversation(longGone), await liveConversation(newId())];

    expect(await endConversationsOfDeadNodes(database.db, { settledMs: 0 })).toBe(3);

    for (const id of lost) expect(await statusOf(id)).toBe('ended node_lost');
    expect([await statusOf(live), await statusOf(chat)]).toEqual(['active null', 'active null']);
    expect([await rowOf(dead), await rowOf(longGone)]).toEqual([expect.objectContaining({ id: dead }), undefined]);
    expect(await endConversationsOfDeadNodes(database.db, { settledMs: 0 })).toBe(0);
    await lease.release();
  });

  it('end at once where there can be only one node, whatever their leases say', async () => {
    await database.db.delete(conversations);
    const [lease, other] = [await hold(), await hold()];
    const [mine, earlier, chat] = [await liveConversation(lease.id), await liveConversation(other.id), await liveConversation(null)];
    expect(await endConversationsOfEarlierLives(database.db, lease.id)).toBe(1);
    expect([await statusOf(earlier), await statusOf(mine), await statusOf(chat)]).toEqual(['ended node_lost', 'active null', 'active null']);
    await Promise.all([lease.release(), other.release()]);
  });

  it('are left alone while the database has only just come back', async () => {
    const id = await liveConversation(newId());
    const tenYearsMs = 3.2e11;
    expect(await endConversationsOfDeadNodes(database.db, { settledMs: tenYearsMs })).toBe(0);
    expect(await statusOf(id)).toBe('active null');
  });

  it('are left alone until some node has held its lease without a gap: a network that was cut took the leases of the living too', async () => {
    await database.db.delete(conversations);
    const cutOff = newId(); // the database went on, but nobody reached it for a while
    await database.db.insert(nodes).values({ id: cutOff, address: '', leaseExpiresAt: sql`now() - interval '1 second'` });
    const id = await liveConversation(cutOff);
    const firstToComeBack = await hold();
    await database.db.update(nodes).set({ heldSince: sql`now() + interval '1 minute'` }).where(eq(nodes.id, firstToComeBack.id)); // not for long enough, whatever the database's own age
    expect(await endConversationsOfDeadNodes(database.db, { settledMs: 0 })).toBe(0);
    expect(await statusOf(id)).toBe('active null');

    await database.db.update(nodes).set({ heldSince: sql`now()` }).where(eq(nodes.id, firstToComeBack.id));
    expect(await endConversationsOfDeadNodes(database.db, { settledMs: 0 })).toBe(1);
    await firstToComeBack.release();
  });
});
