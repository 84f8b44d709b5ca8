import type { ConversationStore } from '../conversations/store';

export interface ReplacingOptions {
  /** The reply that is asked for again. */
  replaced: string;
  /** The one that comes in its place. */
  messageId: string;
}

/**
 * For a turn whose reply takes another one's place: the model does not see the old one, and once the new one is stored
 * nobody does. Until then the old one stands, so that a retry that comes to nothing takes nothing away.
 */
export const replacingStore = (store: ConversationStore, { replaced, messageId }: ReplacingOptions): ConversationStore => ({
  ...store,
  history: async (conversationId) => (await store.history(conversationId)).filter(({ id }) => id !== replaced),
  addMessage: async (message) => {
    await store.addMessage(message);
    if (message.id !== messageId) return;
    await store.amendMessage({ id: replaced, workspaceId: message.workspaceId, conversationId: message.conversationId, metadata: { replacedBy: messageId } });
  },
});
