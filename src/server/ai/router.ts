import { procedure, publicProcedure, router } from '../api/trpc';
import { turnIdOf } from '../chat';
import { aiError } from './ai-error';
import {
  aiHealth, aiHealthRoute, aiVersion, aiVersionRoute, getConversationInput, getConversationOutput, getConversationRoute,
  listConversationsInput, listConversationsOutput, listConversationsRoute, runningTurnsInput, runningTurnsOutput, runningTurnsRoute, stopTurnInput, stopTurnOutput, stopTurnRoute,
} from './contract';
import { findConversations } from './find-conversations';
import { getConversation } from './get-conversation';
import { getHealth } from './get-health';
import { labelOf } from './user-label';
import { getVersion } from './version';

export const aiRouter = router({
  conversations: procedure.meta(listConversationsRoute).input(listConversationsInput).output(listConversationsOutput)
    .query(({ ctx, input }) => findConversations(ctx.db, { principal: ctx.principal, userLabel: labelOf(ctx.principal, input.user_id), limit: input.limit })),
  conversation: procedure.meta(getConversationRoute).input(getConversationInput).output(getConversationOutput)
    .query(({ ctx, input }) => getConversation(ctx.db, { principal: ctx.principal, conversationId: input.conversation_id, userLabel: labelOf(ctx.principal, input.user_id) })
      .catch((error: unknown) => { throw aiError(error); })),
  running: procedure.meta(runningTurnsRoute).input(runningTurnsInput).output(runningTurnsOutput).query(async ({ ctx, input }) => {
    const runs = await ctx.services.chat.running(ctx.principal, input.conversation_id);
    return {
      turns: runs.map(({ turnId, messageId, userMessageId, agent, startedAt }) =>
        ({ turn_id: turnId, message_id: messageId, user_message_id: userMessageId, agent_id: agent.id, started_at: startedAt.toISOString() })),
    };
  }),
  stop: procedure.meta(stopTurnRoute).input(stopTurnInput).output(stopTurnOutput).mutation(async ({ ctx, input }) => {
    const turnId = input.turn_id ?? turnIdOf(ctx.principal, input.idempotency_key ?? '');
    return { stopped: await ctx.services.chat.stop(ctx.principal, turnId) };
  }),
  health: publicProcedure.meta(aiHealthRoute).output(aiHealth).query(({ ctx }) => getHealth(ctx.services)),
  version: publicProcedure.meta(aiVersionRoute).output(aiVersion).query(getVersion),
});
