import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/job';
import type { Database } from '../../platform/db/client';

/** A lease and a renewal: after that, every node that lives has written its name into a database that came back. */
const SETTLED_MS = 20_000;

/**
 * Ends live conversations whose node's lease has run out (`node_lost`) and forgets nodes that are long gone. While the
 * database was away nobody could renew, so one that has just started says nothing about who is dead.
 */
export async function endConversationsOfDeadNodes(db: Database, { settledMs = SETTLED_MS }: { settledMs?: number } = {}): Promise<number> {
  const ended = await db.execute(sql`
    UPDATE conversations SET status = 'ended', end_reason = 'node_lost', node_id = NULL, ended_at = now(), updated_at = now()
    WHERE status = 'active' AND node_id IS NOT NULL
      AND pg_postmaster_start_time() <= now() - ${`${settledMs} milliseconds`}::interval
      AND NOT EXISTS (SELECT FROM nodes WHERE nodes.id = conversations.node_id AND nodes.lease_expires_at > now())
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
