import type { ConversationStore, HistoryMessage, NewConversation, NewMessage, NewUsage, ReplyCheckpoint } from '@/server/conversations/store';
import { AppError } from '@/server/platform/errors';

/** Keeps everything where a test can see it. */
export class MemoryStore implements ConversationStore {
  readonly conversations = new Map<string, NewConversation & { endReason?: string }>();
  readonly messages: NewMessage[] = [];
  readonly usage: NewUsage[] = [];
  readonly checkpoints: ReplyCheckpoint[] = [];
  full = false;

  async startConversation(conversation: NewConversation): Promise<void> { this.#check(); this.conversations.set(conversation.id, { ...conversation }); }
  async history(conversationId: string): Promise<HistoryMessage[]> {
    return this.messages.filter((message) => message.conversationId === conversationId).map(({ role, content }) => ({ role, content }));
  }
  async addMessage(message: NewMessage): Promise<void> { this.#check(); this.messages.push({ status: 'complete', ...message }); }
  async checkpoint(checkpoint: ReplyCheckpoint): Promise<boolean> { return this.checkpoints.push(checkpoint) > 0; }
  async amendMessage({ id, content, status, metadata }: Parameters<ConversationStore['amendMessage']>[0]): Promise<void> {
    this.#check();
    const message = this.messages.find((one) => one.id === id);
    if (!message) throw new AppError('not_found', `Message ${id} not found`);
    if (content !== undefined) message.content = content;
    if (status !== undefined) message.status = status;
    message.metadata = { ...message.metadata, ...metadata };
  }
  async addUsage(rows: NewUsage[]): Promise<void> { this.#check(); this.usage.push(...rows); }
  async endConversation({ id, endReason }: { id: string; endReason: string }): Promise<void> {
    const conversation = this.conversations.get(id);
    if (conversation) conversation.endReason = endReason;
  }

  /** What a person reads in the console: role and text. */
  get transcript(): string[] { return this.messages.map(({ role, content, status }) => `${role}${status === 'complete' ? '' : ` (${status})`}: ${content}`); }

  forget(): void { this.conversations.clear(); this.messages.length = 0; this.usage.length = 0; }

  #check(): void { if (this.full) throw new AppError('unavailable', 'The conversation store is full'); }
}
