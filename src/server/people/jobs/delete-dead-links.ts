import { lt } from 'drizzle-orm';
import { z } from 'zod';
import { invitations, passwordResets } from '../../auth/tables';
import { defineJob } from '../../platform/jobs/job';

const KEPT_DAYS = 90; // an invitation that ran out stays in the list for a while, to be made again

/** Nothing of them works any more, and the audit log keeps who made them. */
export const deleteDeadLinks = defineJob({
  name: 'people.delete-dead-links',
  payload: z.unknown(),
  cron: '27 3 * * *',
  handle: async (_payload, { db }) => {
    const before = new Date(Date.now() - KEPT_DAYS * 86_400_000);
    await db.delete(invitations).where(lt(invitations.expiresAt, before));
    await db.delete(passwordResets).where(lt(passwordResets.expiresAt, before));
  },
});
