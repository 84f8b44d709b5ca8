import { and, eq, isNotNull, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { conversations } from '../../conversations/tables';
import { defineJob } from '../../platform/jobs/job';
import { workspaces } from '../../workspaces/tables';
import { deleteConversations } from '../delete-conversations';

const DAY_MS = 86_400_000;

/** What has ended and was left alone for the workspace's days goes; a live conversation never does, however old. */
export const deleteOldConversations = defineJob({
  name: 'privacy.delete-old-conversations',
  payload: z.unknown(),
  cron: '23 * * * *',
  handle: async (_payload, { db, logger }) => {
    const keepers = await db.select({ id: workspaces.id, retentionDays: workspaces.retentionDays }).from(workspaces).where(isNotNull(workspaces.retentionDays));
    for (const { id, retentionDays } of keepers) {
      if (retentionDays === null) continue;
      const before = new Date(Date.now() - retentionDays * DAY_MS);
      // By the last change, which an end is too, so that conversations_recent_idx finds them.
      const where = and(eq(conversations.workspaceId, id), eq(conversations.status, 'ended'), lt(conversations.updatedAt, before)) ?? sql`false`;
      const deleted = await deleteConversations(db, { where, forgetting: false });
      if (deleted.conversations > 0) logger.info({ workspaceId: id, retentionDays, conversations: deleted.conversations, messages: deleted.messages }, 'deleted conversations past their retention');
    }
  },
});
