import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/job';
import type { Database } from '../../platform/db/client';
import { isDead, mayJudge, SETTLED_MS } from '../liveness';

/** Ends live conversations whose node's lease has run out (`node_lost`) and forgets nodes that are long gone. */
export async function endConversationsOfDeadNodes(db: Database, { settledMs = SETTLED_MS }: { settledMs?: number } = {}): Promise<number> {
  const ended = await db.execute(sql`
    UPDATE conversations SET status = 'ended', end_reason = 'node_lost', node_id = NULL, ended_at = now(), updated_at = now()
    WHERE status = 'active' AND node_id IS NOT NULL AND ${isDead(sql`conversations.node_id`)} AND ${mayJudge(settledMs)}
    RETURNING id`);
  await db.execute(sql`DELETE FROM nodes WHERE lease_expires_at < now() - interval '1 hour'`);
  return ended.length;
}

/** The same at once, for the only node of an embedded database: whatever other node is named there was an earlier life of this one. */
export async function endConversationsOfEarlierLives(db: Database, nodeId: string): Promise<number> {
  const ended = await db.execute(sql`
    UPDATE conversations SET status = 'ended', end_reason = 'node_lost', node_id = NULL, ended_at = now(), updated_at = now()
    WHERE status = 'active' AND node_id IS NOT NULL AND node_id <> ${nodeId}
    RETURNING id`);
  return ended.length;
}

export const endLostConversations = defineJob({
  name: 'nodes.end-lost-conversations',
  payload: z.unknown(),
  cron: '* * * * *',
  handle: async (_payload, { db, logger }) => {
    const ended = await endConversationsOfDeadNodes(db);
    if (ended > 0) logger.warn({ ended }, 'ended conversations of dead nodes');
  },
});
