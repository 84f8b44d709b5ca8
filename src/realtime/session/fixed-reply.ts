import type { ConversationStore } from '@/server/conversations/store';
import type { TurnEvent } from '@/server/conversations/turn-events';
import { newId } from '@/server/platform/ids';

/** Words that no model has to think of (a greeting, a goodbye), in the form of a turn. Kept in the history when there is a store. */
export async function* fixedReply(reply: { text: string; turnId: string; conversationId: string; workspaceId: string; store: ConversationStore | null }): AsyncGenerator<TurnEvent> {
  const { text, turnId, conversationId, workspaceId } = reply;
  const messageId = newId();
  await reply.store?.addMessage({ id: messageId, workspaceId, conversationId, turnId, role: 'assistant', content: text });
  yield { type: 'text-delta', text };
  yield { type: 'final', messageId, text, provider: 'fixed', model: 'fixed', usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0 }, toolCalls: [] };
}
