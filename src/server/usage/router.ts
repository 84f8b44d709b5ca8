import { procedure, router } from '../api/trpc';
import { unpriced, unpricedInput, unpricedRoute, usageStats, usageStatsInput, usageStatsRoute, usageSummary, usageSummaryInput, usageSummaryRoute } from './contract';
import { findUnpriced } from './find-unpriced';
import { getUsageStats } from './get-usage-stats';
import { getUsageSummary } from './get-usage-summary';

export const usageRouter = router({
  summary: procedure.meta(usageSummaryRoute).input(usageSummaryInput).output(usageSummary)
    .query(({ ctx, input }) => getUsageSummary(ctx.db, { workspaceId: ctx.workspaceId, input })),
  unpriced: procedure.meta(unpricedRoute).input(unpricedInput).output(unpriced)
    .query(({ ctx, input }) => findUnpriced(ctx.db, { workspaceId: ctx.workspaceId, ...input })),
  stats: procedure.meta(usageStatsRoute).input(usageStatsInput).output(usageStats)
    .query(({ ctx, input }) => getUsageStats(ctx.db, { workspaceId: ctx.workspaceId, input })),
});
