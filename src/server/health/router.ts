import { procedure, publicProcedure, router } from '../api/trpc';
import { health, healthRoute, healthStatus, healthStatusRoute, sipBridgeHealth, sipBridgeHealthRoute, sipBridgeStatus, sipBridgeStatusRoute } from './contract';
import { getHealthStatus } from './health-status';
import { getHealth, getSipBridgeHealth, getSipBridgeStatus } from './overall-health';

export const healthRouter = router({
  overall: publicProcedure.meta(healthRoute).output(health).query(({ ctx }) => getHealth(ctx.services.health.readiness, ctx.services.telephony)),
  sipBridge: publicProcedure.meta(sipBridgeHealthRoute).output(sipBridgeHealth).query(({ ctx }) => getSipBridgeHealth(ctx.services.telephony)),
  sipBridgeStatus: publicProcedure.meta(sipBridgeStatusRoute).output(sipBridgeStatus).query(({ ctx }) => getSipBridgeStatus(ctx.services.telephony)),
  status: procedure.meta(healthStatusRoute).output(healthStatus)
    .query(({ ctx }) => getHealthStatus(ctx.services.health, ctx.services.sessions, ctx.workspaceId)),
});
