import { z } from 'zod';
import { procedure, router } from '../api/trpc';
import { branchConversation } from './branch-conversation';
import {
  branchConversationInput, branchedConversation, branchConversationRoute, conversation, conversationDetail, deleteConversationInput, deleteConversationRoute, getConversationInput,
  getConversationRoute, listConversationsInput, listConversationsOutput, listConversationsRoute, renameConversationInput, renameConversationRoute,
} from './contract';
import { deleteConversation } from './delete-conversation';
import { findConversations } from './find-conversations';
import { getConversation } from './get-conversation';
import { assertMayManage } from './managed-conversation';
import { renameConversation } from './rename-conversation';

export const conversationsRouter = router({
  list: procedure.meta(listConversationsRoute).input(listConversationsInput).output(listConversationsOutput)
    .query(({ ctx, input }) => findConversations(ctx.db, { workspaceId: ctx.workspaceId, principal: ctx.principal, filter: input })),
  get: procedure.meta(getConversationRoute).input(getConversationInput).output(conversationDetail)
    .query(({ ctx, input }) => getConversation(ctx.db, { workspaceId: ctx.workspaceId, conversationId: input.conversation_id })),
  branch: procedure.meta(branchConversationRoute).input(branchConversationInput).output(branchedConversation)
    .mutation(({ ctx, input }) => branchConversation(ctx.db, { principal: ctx.principal, conversationId: input.conversation_id, messageId: input.message_id, title: input.title })),
  rename: procedure.meta(renameConversationRoute).input(renameConversationInput).output(conversation)
    .mutation(({ ctx, input }) => renameConversation(ctx.db, { principal: ctx.principal, conversationId: input.conversation_id, title: input.title })),
  remove: procedure.meta(deleteConversationRoute).input(deleteConversationInput).output(z.null()).mutation(async ({ ctx, input }) => {
    await deleteConversation(ctx.db, { principal: ctx.principal, conversationId: input.conversation_id, assertMay: assertMayManage });
    return null;
  }),
});
