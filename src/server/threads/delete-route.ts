import { json } from '../api/answer';
import { defineRoute } from '../api/define-route';
import { deleteConversation } from '../conversations/delete-conversation';
import { isOwnedBy } from '../conversations/owner';
import { AppError } from '../platform/errors';
import { deleteThreadRoute as meta, threadDeleted, threadInput } from './contract';
import { threadNotFound } from './get-thread';

/** No procedure, because it is a DELETE whose id stands in the body. */
export const deleteThreadRoute = defineRoute({
  meta,
  body: { kind: 'json', schema: threadInput },
  answers: { 200: { description: 'It is gone', content: { 'application/json': threadDeleted } } },
  handle: async ({ services: { db }, principal, body }) => {
    await deleteConversation(db, {
      principal, conversationId: body.thread_id,
      assertMay: (who, row) => { if (!isOwnedBy(who, row)) throw threadNotFound(); },
    }).catch((error: unknown) => { throw error instanceof AppError && error.kind === 'not_found' ? threadNotFound() : error; });
    return json({ success: true, message: 'Thread deleted successfully' });
  },
});
