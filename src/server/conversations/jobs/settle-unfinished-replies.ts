import { asc, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../../platform/db/client';
import { defineJob } from '../../platform/jobs/job';
import { insertUsage } from '../../usage';
import { isAbandoned, STOPPED } from '../abandoned-reply';
import { messages } from '../tables';

/** The embedded database runs one transaction at a time. */
const REPLIES_A_BATCH = 100;

/**
 * Replies whose writer is gone stay as far as they came, and what is due for them is entered. Should it not be dead after
 * all, its end takes the reply's place, and what was counted that of the estimates in the ledger, which are known by their ids.
 */
export async function settleUnfinishedReplies(db: Database, { goneMs, signal }: { goneMs?: number; signal?: AbortSignal } = {}): Promise<number> {
  for (let settled = 0; ;) {
    signal?.throwIfAborted();
    const batch = await db.transaction((tx) => settleSome(tx, goneMs));
    settled += batch;
    if (batch < REPLIES_A_BATCH) return settled;
  }
}

async function settleSome(tx: Database, goneMs: number | undefined): Promise<number> {
  const left = await tx.select({ id: messages.id, usage: messages.checkpointUsage }).from(messages)
    .where(isAbandoned(goneMs)).orderBy(asc(messages.checkpointedAt)).limit(REPLIES_A_BATCH).for('update', { skipLocked: true });
  if (left.length === 0) return 0;
  await tx.update(messages).set({ checkpointedAt: null, checkpointUsage: null, metadata: sql`${messages.metadata} || ${JSON.stringify({ error: STOPPED })}::text::jsonb` })
    .where(inArray(messages.id, left.map(({ id }) => id)));
  await insertUsage(tx, left.flatMap(({ usage }) => usage ?? []));
  return left.length;
}

export const settleReplies = defineJob({
  name: 'conversations.settle-unfinished-replies',
  payload: z.unknown(),
  cron: '* * * * *',
  handle: async (_payload, { db, logger, signal }) => {
    const settled = await settleUnfinishedReplies(db, { signal });
    if (settled > 0) logger.warn({ settled }, 'settled replies whose writer was gone');
  },
});
