import type { ConversationStore, HistoryMessage, NewConversation, NewMessage, NewUsage, ReplyCheckpoint } from '@/server/conversations/store';
import { AppError } from '@/server/platform/errors';

/**
 * The store as one turn sees it. It learns which message is the reply, so that it can be cut to what was
 * heard and get its trace, and whether it was the store that failed and not the model.
 */
export class ReplyRecorder implements ConversationStore {
  replyId: string | undefined;
  storageFailed = false;

  constructor(private readonly store: ConversationStore) {}

  startConversation(conversation: NewConversation): Promise<void> { return this.#guard(() => this.store.startConversation(conversation)); }
  history(conversationId: string): Promise<HistoryMessage[]> { return this.store.history(conversationId); }
  addMessage(message: NewMessage): Promise<void> {
    if (message.role === 'assistant') this.replyId = message.id;
    return this.#guard(() => this.store.addMessage(message));
  }
  /** Not the session's business when it fails: the end of the reply is what counts. */
  checkpoint(checkpoint: ReplyCheckpoint): Promise<boolean> { return this.store.checkpoint(checkpoint); }
  amendMessage(message: Parameters<ConversationStore['amendMessage']>[0]): Promise<void> { return this.#guard(() => this.store.amendMessage(message)); }
  addUsage(rows: NewUsage[]): Promise<void> { return this.#guard(() => this.store.addUsage(rows)); }
  endConversation(conversation: Parameters<ConversationStore['endConversation']>[0]): Promise<void> { return this.#guard(() => this.store.endConversation(conversation)); }

  async #guard(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unavailable') this.storageFailed = true;
      throw error;
    }
  }
}
