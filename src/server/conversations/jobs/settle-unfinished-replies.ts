import { asc, inArray, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../../platform/db/client';
import { defineJob } from '../../platform/jobs/job';
import { insertUsage } from '../../usage';
import { messages } from '../tables';
import { DEFAULT_TURN_LIMITS } from '../turn-timeouts';

/** By the database's clock. A database with much to do takes no checkpoints, for as long as that lasts: only a whole turn's time says that nobody writes any more. */
const WRITER_GONE_MS = DEFAULT_TURN_LIMITS.totalMs + 30_000;
/** The embedded database runs one transaction at a time. */
const REPLIES_A_BATCH = 100;

export const STOPPED = { kind: 'unavailable', message: 'Parley was stopped while it answered.' } as const;

export const isAbandoned = (goneMs = WRITER_GONE_MS) => lt(messages.checkpointedAt, sql`now() - ${`${goneMs} milliseconds`}::interval`);

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
