import { procedure, publicProcedure, router } from '../api/trpc';
import { aiError } from './ai-error';
import {
  aiHealth, aiHealthRoute, aiVersion, aiVersionRoute, getConversationInput, getConversationOutput, getConversationRoute,
  listConversationsInput, listConversationsOutput, listConversationsRoute, runningTurnsInput, runningTurnsOutput, runningTurnsRoute, stopTurnInput, stopTurnOutput, stopTurnRoute,
} from './contract';
import { findConversations } from './find-conversations';
import { findRunningTurns } from './find-running-turns';
import { getConversation } from './get-conversation';
import { getHealth } from './get-health';
import { stopTurn } from './stop-turn';
import { labelOf } from './user-label';
import { getVersion } from './version';

export const aiRouter = router({
  conversations: procedure.meta(listConversationsRoute).input(listConversationsInput).output(listConversationsOutput)
    .query(({ ctx, input }) => findConversations(ctx.db, { principal: ctx.principal, userLabel: labelOf(ctx.principal, input.user_id), limit: input.limit })),
  conversation: procedure.meta(getConversationRoute).input(getConversationInput).output(getConversationOutput)
    .query(({ ctx, input }) => getConversation(ctx.db, { principal: ctx.principal, conversationId: input.conversation_id, userLabel: labelOf(ctx.principal, input.user_id) })
      .catch((error: unknown) => { throw aiError(error); })),
  running: procedure.meta(runningTurnsRoute).input(runningTurnsInput).output(runningTurnsOutput)
    .query(({ ctx, input }) => findRunningTurns(ctx.services.chat, { principal: ctx.principal, conversationId: input.conversation_id })),
  stop: procedure.meta(stopTurnRoute).input(stopTurnInput).output(stopTurnOutput)
    .mutation(({ ctx, input }) => stopTurn(ctx.services.chat, { principal: ctx.principal, turn: input })),
  health: publicProcedure.meta(aiHealthRoute).output(aiHealth).query(({ ctx }) => getHealth(ctx.services)),
  version: publicProcedure.meta(aiVersionRoute).output(aiVersion).query(getVersion),
});
