import type { NewUsage } from '../usage';
import type { Channel, MessageMetadata, MessageRole, MessageStatus } from './tables';

export type { Billing, NewUsage } from '../usage';

export interface NewConversation {
  id: string;
  workspaceId: string;
  agentId: string | null;
  userId?: string | null;
  userLabel: string;
  channel: Channel;
  nodeId?: string | null;
  metadata?: Record<string, unknown>;
}

export interface NewMessage {
  id: string;
  workspaceId: string;
  conversationId: string;
  turnId: string;
  role: MessageRole;
  content: string;
  status?: MessageStatus;
  provider?: string | null;
  model?: string | null;
  metadata?: MessageMetadata;
  createdAt?: Date;
  /** The message in whose place it stands from now on. */
  replaces?: string;
}

/** A reply as far as it came, and what is due for it if nothing more is heard of it. */
export interface ReplyCheckpoint {
  message: NewMessage;
  /** With their ids: those that the end brings too are entered once. */
  usage: NewUsage[];
}

/** Far more than any token budget takes; keeps a conversation of months from being read whole for each turn. */
export const MOST_HISTORY_MESSAGES = 1_000;

/** A message as the model sees it. */
export interface HistoryMessage {
  id?: string;
  role: MessageRole;
  content: string;
  metadata?: MessageMetadata;
}

/**
 * Where a conversation is written. Chat writes through (`databaseStore`): a resolved promise means stored.
 * Live audio writes behind (`writeBehindStore`): the call only enqueues, in order, into a bounded queue, and
 * throws AppError `unavailable` when that is full, so that a session can say goodbye instead of losing records.
 */
export interface ConversationStore {
  startConversation(conversation: NewConversation): Promise<void>;
  /** The newest MOST_HISTORY_MESSAGES, oldest first; the token budget is run-turn's business. */
  history(conversationId: string): Promise<HistoryMessage[]>;
  /** One that is stored stays as it is, unless it is an interrupted reply: its end stands in its place, however late. */
  addMessage(message: NewMessage): Promise<void>;
  /**
   * Puts down a reply that is still being written, or does nothing where others have more need of the database: false then.
   * Nothing either once the reply has its end or the conversation is gone.
   */
  checkpoint(checkpoint: ReplyCheckpoint): Promise<boolean>;
  /** Replaces content, status and metadata keys of a stored message, for example when a reply was cut off. */
  amendMessage(message: { id: string; workspaceId: string; conversationId: string; content?: string; status?: MessageStatus; metadata?: MessageMetadata }): Promise<void>;
  addUsage(rows: NewUsage[]): Promise<void>;
  endConversation(conversation: { id: string; workspaceId: string; endReason: string }): Promise<void>;
}
