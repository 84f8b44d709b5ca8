import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { calls } from '../../calls/tables';
import { defineJob } from '../../platform/jobs/job';
import { workspaces } from '../../workspaces/tables';
import { deleteCalls } from '../delete-calls';

/** Calls that ended longer ago than the workspace's days go; one whose result is still to be told goes when it has been, or when no try is left. */
export const deleteOldCalls = defineJob({
  name: 'privacy.delete-old-calls',
  payload: z.unknown(),
  cron: '29 * * * *',
  handle: async (_payload, { db, logger }) => {
    const keepers = await db.select({ id: workspaces.id, retentionDays: workspaces.retentionDays }).from(workspaces).where(isNotNull(workspaces.retentionDays));
    for (const { id, retentionDays } of keepers) {
      const before = sql`now() - make_interval(days => ${retentionDays}::int)`;
      // What ended before was placed before, which calls_recent_idx finds.
      const where = and(eq(calls.workspaceId, id), sql`${calls.queuedAt} < ${before}`, sql`${calls.endedAt} < ${before}`,
        sql`NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.subject_id = ${calls.id} AND d.state = 'pending')`) ?? sql`false`;
      const deleted = await deleteCalls(db, where);
      if (deleted > 0) logger.info({ workspaceId: id, retentionDays, calls: deleted }, 'deleted calls past their retention');
    }
  },
});
