import { lt } from 'drizzle-orm';
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/job';
import { signIns } from '../tables';

const KEPT_DAYS = 30; // long enough to look up who was signed in when something went wrong

export const deleteExpiredSignIns = defineJob({
  name: 'auth.delete-expired-sign-ins',
  payload: z.unknown(),
  cron: '17 3 * * *',
  handle: async (_payload, { db }) => {
    await db.delete(signIns).where(lt(signIns.expiresAt, new Date(Date.now() - KEPT_DAYS * 86_400_000)));
  },
});
