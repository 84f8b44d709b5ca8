import { procedure, router } from '../api/trpc';
import {
  closedSession, closeSessionInput, closeSessionRoute, conversationStatus, conversationStatusInput, conversationStatusRoute, listSessionsRoute, liveSessions,
  negotiatedConversation, negotiateInput, negotiateRoute, negotiateWithAgentInput, negotiateWithAgentRoute,
} from './contract';
import { getConversationStatus } from './get-conversation-status';
import { closeLiveSession, findLiveSessions } from './live-sessions';
import { negotiateConversation } from './negotiate-conversation';

export const sessionsRouter = router({
  live: procedure.meta(listSessionsRoute).output(liveSessions).query(async ({ ctx }) => {
    const sessions = await findLiveSessions(ctx.services.sessions, ctx.workspaceId);
    return { sessions, total: sessions.length };
  }),
  close: procedure.meta(closeSessionRoute).input(closeSessionInput).output(closedSession).mutation(async ({ ctx, input }) => {
    await closeLiveSession(ctx.services.sessions, { workspaceId: ctx.workspaceId, sessionId: input.session_id });
    return { session_id: input.session_id, closed: true };
  }),
  negotiateWithAgent: procedure.meta(negotiateWithAgentRoute).input(negotiateWithAgentInput).output(negotiatedConversation)
    .query(({ ctx, input }) => negotiateConversation(ctx.services, { principal: ctx.principal, agentId: input.agent_id, origin: ctx.caller.origin })),
  negotiate: procedure.meta(negotiateRoute).input(negotiateInput).output(negotiatedConversation)
    .mutation(({ ctx, input }) => negotiateConversation(ctx.services, { principal: ctx.principal, agentId: input.agent_id ?? null, origin: ctx.caller.origin })),
  status: procedure.meta(conversationStatusRoute).input(conversationStatusInput).output(conversationStatus)
    .query(({ ctx, input }) => getConversationStatus(ctx.services, { principal: ctx.principal, conversationId: input.conversation_id, sessionId: input.session_id })),
});
