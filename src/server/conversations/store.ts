import type { UsageLeg } from '../usage/tables';
import type { Channel, MessageMetadata, MessageRole, MessageStatus } from './tables';

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
}

/** Whose a turn is, for the ledger and for budgets. */
export interface Billing {
  channel: Channel;
  userLabel: string;
  userId?: string | null;
  apiKeyId?: string | null;
}

export interface NewUsage extends Partial<Billing> {
  workspaceId: string;
  conversationId: string | null;
  turnId: string | null;
  agentId: string | null;
  leg: UsageLeg;
  provider: string;
  model: string;
  inputTokens?: number;
  outputTokens?: number;
  cachedTokens?: number;
  audioSeconds?: number;
  characters?: number;
  success?: boolean;
}

/** Far more than any token budget takes; keeps a conversation of months from being read whole for each turn. */
export const MOST_HISTORY_MESSAGES = 1_000;

/** A message as the model sees it. */
export interface HistoryMessage {
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
  addMessage(message: NewMessage): Promise<void>;
  /** Replaces content, status and metadata keys of a stored message, for example when a reply was cut off. */
  amendMessage(message: { id: string; workspaceId: string; conversationId: string; content?: string; status?: MessageStatus; metadata?: MessageMetadata }): Promise<void>;
  addUsage(rows: NewUsage[]): Promise<void>;
  endConversation(conversation: { id: string; workspaceId: string; endReason: string }): Promise<void>;
}
