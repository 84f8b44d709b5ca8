import { procedure, router } from '../api/trpc';
import { closedSession, closeSessionInput, closeSessionRoute, listSessionsRoute, liveSessions } from './contract';
import { closeLiveSession, findLiveSessions } from './live-sessions';

export const sessionsRouter = router({
  live: procedure.meta(listSessionsRoute).output(liveSessions).query(async ({ ctx }) => {
    const sessions = await findLiveSessions(ctx.services.sessions, ctx.workspaceId);
    return { sessions, total: sessions.length };
  }),
  close: procedure.meta(closeSessionRoute).input(closeSessionInput).output(closedSession).mutation(async ({ ctx, input }) => {
    await closeLiveSession(ctx.services.sessions, { workspaceId: ctx.workspaceId, sessionId: input.session_id });
    return { session_id: input.session_id, closed: true };
  }),
});
