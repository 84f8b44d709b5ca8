import { z } from 'zod';
import { defineJob } from '../../platform/jobs/job';
import { budgets } from '../../usage/tables';
import { announceBudgets } from '../announce-budgets';
import { readBudgets } from '../read-budgets';

/** What calls and live sessions spend, and the last turn of an evening, is noticed without another turn. */
export const checkBudgets = defineJob({
  name: 'budgets.check',
  payload: z.unknown(),
  cron: '* * * * *',
  handle: async (_payload, { db, logger }) => {
    for (const { workspaceId } of await db.selectDistinct({ workspaceId: budgets.workspaceId }).from(budgets))
      await announceBudgets(db, await readBudgets(db, { workspaceId }), logger);
  },
});
