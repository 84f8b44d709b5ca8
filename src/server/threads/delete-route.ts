import { json } from '../api/answer';
import { defineRoute } from '../api/define-route';
import { deleteConversation } from '../conversations/delete-conversation';
import { isOwnedBy } from '../conversations/owner';
import { AppError } from '../platform/errors';
import { deleteThreadRoute as meta, threadDeleted, threadInput, threadNotDeleted } from './contract';
import { threadNotFound } from './get-thread';

/** No procedure, because it is a DELETE whose id stands in the body. */
export const deleteThreadRoute = defineRoute({
  meta,
  body: { kind: 'json', schema: threadInput },
  answers: {
    200: { description: 'It is gone', content: { 'application/json': threadDeleted } },
    404: { description: 'There is none with this id for these credentials', content: { 'application/json': threadNotDeleted } },
  },
  handle: async ({ services: { db }, principal, body }) => {
    try {
      await deleteConversation(db, { principal, conversationId: body.thread_id, assertMay: (who, row) => { if (!isOwnedBy(who, row)) throw threadNotFound(); } });
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'not_found') throw error;
      // Clients of the documented system look at `success`, here as above.
      return json({ success: false, error: threadNotFound().userMessage }, { status: 404, headers: { 'cache-control': 'no-store' } });
    }
    return json({ success: true, message: 'Thread deleted successfully' });
  },
});
