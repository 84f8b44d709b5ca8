import { procedure, router } from '../api/trpc';
import { listAuditInput, listAuditOutput, listAuditRoute } from './contract';
import { findAuditEvents } from './find-audit-events';

export const auditRouter = router({
  list: procedure.meta(listAuditRoute).input(listAuditInput).output(listAuditOutput)
    .query(({ ctx, input }) => findAuditEvents(ctx.db, { workspaceId: ctx.workspaceId, filter: input })),
});
