import { procedure, router } from '../api/trpc';
import { conversationDetail, getConversationInput, getConversationRoute, listConversationsInput, listConversationsOutput, listConversationsRoute } from './contract';
import { findConversations } from './find-conversations';
import { getConversation } from './get-conversation';

export const conversationsRouter = router({
  list: procedure.meta(listConversationsRoute).input(listConversationsInput).output(listConversationsOutput)
    .query(({ ctx, input }) => findConversations(ctx.db, { workspaceId: ctx.workspaceId, filter: input })),
  get: procedure.meta(getConversationRoute).input(getConversationInput).output(conversationDetail)
    .query(({ ctx, input }) => getConversation(ctx.db, { workspaceId: ctx.workspaceId, conversationId: input.conversation_id })),
});
