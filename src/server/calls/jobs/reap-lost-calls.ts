import { z } from 'zod';
import { defineJob } from '../../platform/jobs/job';
import { reapCalls } from '../reap-calls';

/** Realtime nodes look each five seconds; this is for when none is left. */
export const reapLostCalls = defineJob({
  name: 'calls.reap-lost-calls',
  payload: z.unknown(),
  cron: '* * * * *',
  handle: async (_payload, { db, logger }) => {
    const ended = await reapCalls(db);
    if (ended > 0) logger.warn({ ended }, 'ended calls that nobody holds any more');
  },
});
