import { procedure, router } from '../api/trpc';
import { getStatsInput, getStatsRoute, stats } from './contract';
import { getStats } from './get-stats';

export const statsRouter = router({
  get: procedure.meta(getStatsRoute).input(getStatsInput).output(stats).query(({ ctx, input }) =>
    getStats(ctx.db, { workspaceId: ctx.workspaceId, filter: input, now: new Date() })),
});
