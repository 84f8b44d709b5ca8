import { and, inArray, notInArray, sql, type SQL } from 'drizzle-orm';
import { calls, LIVE_CALL_STATES } from '../calls/tables';
import type { Database } from '../platform/db/client';
import { webhookDeliveries } from '../webhooks/tables';

/** A call has at most some hundreds of events, which go with it. */
const CALLS_A_BATCH = 20;

/** Deletes until nothing matches, in short transactions. @returns how many calls */
export async function deleteCalls(db: Database, where: SQL): Promise<number> {
  for (let deleted = 0; ;) {
    const batch = await db.transaction((tx) => deleteSomeCalls(tx, { where, limit: CALLS_A_BATCH }));
    if (batch === 0) return deleted;
    deleted += batch;
  }
}

/**
 * Ended calls, with their events and with what was or will be told about them, tries and all. A live call never: its
 * node would go on talking without a record.
 */
export async function deleteSomeCalls(tx: Database, { where, limit }: { where: SQL; limit?: number }): Promise<number> {
  const found = tx.select({ id: calls.id }).from(calls).where(and(where, notInArray(calls.state, [...LIVE_CALL_STATES])));
  const ids = (await (limit === undefined ? found : found.limit(limit)).for('update')).map(({ id }) => id);
  if (ids.length === 0) return 0;
  await tx.delete(webhookDeliveries).where(inArray(webhookDeliveries.subjectId, ids));
  const gone = await tx.delete(calls).where(inArray(calls.id, ids)).returning({ one: sql`1` });
  return gone.length;
}
