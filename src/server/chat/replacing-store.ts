import type { ConversationStore, NewMessage } from '../conversations/store';
import type { MessageStatus } from '../conversations/tables';

export interface ReplacingOptions {
  /** The reply that is asked for again. */
  replaced: { id: string; status: MessageStatus };
  /** The one that comes in its place. */
  messageId: string;
}

/** A reply that failed may give way to anything with words in it; a good one only to one that came to its end. */
const isBetter = ({ status = 'complete', content }: NewMessage, { status: before }: ReplacingOptions['replaced']): boolean =>
  status === 'complete' || (before !== 'complete' && content !== '');

const gaveWay = (message: NewMessage, replacedBy: string): NewMessage => ({ ...message, metadata: { ...message.metadata, replacedBy } });

/**
 * For a turn whose reply takes another one's place: the model does not see the old one, and once the new one is stored
 * nobody does. One that came to nothing is in the record and nowhere else: the old one stands; as it does as long as the
 * new one is being written, which may never come to its end.
 */
export const replacingStore = (store: ConversationStore, { replaced, messageId }: ReplacingOptions): ConversationStore => ({
  ...store,
  history: async (conversationId) => (await store.history(conversationId)).filter(({ id }) => id !== replaced.id),
  checkpoint: ({ message, usage }) => store.checkpoint({ message: gaveWay(message, replaced.id), usage }),
  addMessage: (message) => {
    if (message.id !== messageId) return store.addMessage(message);
    return store.addMessage(isBetter(message, replaced) ? { ...message, replaces: replaced.id } : gaveWay(message, replaced.id));
  },
});
