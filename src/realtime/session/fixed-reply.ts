import type { ConversationStore } from '@/server/conversations/store';
import type { TurnEvent } from '@/server/conversations/turn-events';
import { newId } from '@/server/platform/ids';

export interface FixedReply {
  text: string;
  turnId: string;
  conversationId: string;
  workspaceId: string;
  store: ConversationStore | null;
  /** What must be stored before it. */
  earlier: Promise<void>;
}

/** Words that no model has to think of (a greeting, a goodbye), in the form of a turn. Kept in the history when there is a store. */
export async function* fixedReply({ text, turnId, conversationId, workspaceId, store, earlier }: FixedReply): AsyncGenerator<TurnEvent> {
  const messageId = newId();
  try {
    yield { type: 'text-delta', text }; // spoken at once; and stored also when whoever reads this stops here
  } finally {
    await earlier;
    await store?.addMessage({ id: messageId, workspaceId, conversationId, turnId, role: 'assistant', content: text });
  }
  yield { type: 'final', messageId, text, provider: 'fixed', model: 'fixed', usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0 }, toolCalls: [] };
}
