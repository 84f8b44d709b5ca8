import { procedure, router } from '../api/trpc';
import { healthStatus, healthStatusRoute } from './contract';
import { getHealthStatus } from './health-status';

export const healthRouter = router({
  status: procedure.meta(healthStatusRoute).output(healthStatus)
    .query(({ ctx }) => getHealthStatus(ctx.services.health, ctx.services.sessions, ctx.workspaceId)),
});
