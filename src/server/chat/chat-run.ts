import type { TokenUsage } from '../conversations/turn-events';
import type { ToolCallRecord } from '../conversations/tables';
import type { AppError } from '../platform/errors';
import type { NumberedEvent } from './chat-event';

/** How a turn ended; it is stored by then. */
export interface ChatResult {
  status: 'complete' | 'interrupted' | 'failed';
  text: string;
  provider: string | null;
  model: string | null;
  usage: TokenUsage | null;
  toolCalls: ToolCallRecord[];
  responseTimeMs: number;
  finishedAt: Date;
  /** Why, unless it is complete. */
  error: AppError | null;
}

/** A turn that runs, or ran a short while ago. */
export interface ChatRun {
  readonly turnId: string;
  readonly conversationId: string;
  /** The reply's. */
  readonly messageId: string;
  readonly userMessageId: string;
  readonly agent: { id: string; name: string };
  readonly startedAt: Date;
  /** The `n` of the last event that there is. */
  readonly lastEvent: number;
  /**
   * Those after `after`, then what comes, until the turn has ended. Whoever reads counts as a listener: when the last
   * one leaves, the turn is aborted (after its grace). Pass the request's `signal`: a generator that waits for the next
   * token cannot be told by `return()` that its client has gone.
   */
  events(after?: number, signal?: AbortSignal): AsyncGenerator<NumberedEvent>;
  /** Never rejects. Waiting for it is not listening. */
  readonly done: Promise<ChatResult>;
}
