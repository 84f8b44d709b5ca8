import type { BudgetGuard } from '../budgets';
import type { ChosenModel } from '../llm';
import type { Clock } from '../platform/clock';
import type { AppError } from '../platform/errors';
import { newId } from '../platform/ids';
import type { Logger } from '../platform/logger';
import { ReplyCheckpoints } from './reply-checkpoints';
import type { Billing, ConversationStore, NewMessage, NewUsage } from './store';
import type { MessageMetadata, MessageStatus, ToolCallRecord } from './tables';
import type { RequestUsage, TurnLedger } from './turn-ledger';
import type { TurnLimits } from './turn-timeouts';

/** What is known of the reply while it grows. */
export interface Reply {
  text: string;
  toolCalls: ToolCallRecord[];
  firstTokenAt: number | undefined;
}

export interface ReplyRecordOptions {
  workspaceId: string;
  conversationId: string;
  turnId: string;
  messageId: string;
  agentId: string;
  billing?: Billing | undefined;
  store: ConversationStore;
  /** The question is stored: nothing of the reply before it. */
  asked: Promise<void>;
  clock: Clock;
  logger: Logger;
  budgets?: Pick<BudgetGuard, 'spent'> | undefined;
  limits: Pick<TurnLimits, 'checkpointAfterMs' | 'checkpointEveryMs'>;
}

/**
 * One reply on its way into the record.
 *
 *   growing ──2 s──▶ checkpointed, anew each 3 s ──settle()──▶ settled      its end stands in the checkpoint's place
 *      └────────────────────settle()──────────────────────────▶ settled      inserted
 *
 * A process that is killed leaves the last checkpoint: an interrupted reply, and what is due for it.
 */
export class ReplyRecord {
  readonly reply: Reply = { text: '', toolCalls: [], firstTokenAt: undefined };
  /** What answers, and what was asked of it; set as they become known. */
  model: ChosenModel | undefined;
  ledger: TurnLedger | undefined;
  readonly #startedAt: number;
  readonly #checkpoints: ReplyCheckpoints;
  /** Of the ledger's rows, one for each request: a row that was entered from a checkpoint is known by it. */
  readonly #rowIds: string[] = [];
  #settled = false;

  constructor(private readonly options: ReplyRecordOptions) {
    this.#startedAt = options.clock.monotonic();
    const { limits, logger } = options;
    this.#checkpoints = new ReplyCheckpoints({ afterMs: limits.checkpointAfterMs, everyMs: limits.checkpointEveryMs, logger, write: () => this.#checkpoint() });
  }

  /** There are words, or a call. */
  grows(): void { this.#checkpoints.begin(); }

  /** Writes what it came to; once. */
  async settle(status: MessageStatus, error?: AppError): Promise<void> {
    if (this.#settled) return;
    this.#settled = true;
    this.#checkpoints.stop();
    const { store, asked } = this.options;
    const { text, toolCalls } = this.reply;
    const paid = this.#enterUsage({ failed: status === 'failed', refused: status === 'failed' && error?.kind !== 'timeout' });
    // A checkpoint vouches for what is due until that is entered, and stays when it cannot be; without one, neither hangs on the other.
    const due = this.#checkpoints.made ? paid : undefined;
    // An interruption before the first word leaves nothing to keep.
    const isKept = status !== 'interrupted' || text !== '' || toolCalls.length > 0;
    const kept = isKept ? Promise.all([asked, due]).then(() => store.addMessage(this.#message(status, error))) : asked;
    // Nor does what is due hang on the reply: of a conversation that was deleted meanwhile no reply is kept, and it is paid for all the same.
    for (const one of await Promise.allSettled([paid, kept])) if (one.status === 'rejected') throw one.reason;
  }

  async #checkpoint(): Promise<boolean> {
    await this.options.asked;
    if (this.#settled) return false;
    return this.options.store.checkpoint({ message: this.#message('interrupted'), usage: this.#rows(this.ledger?.soFar ?? []) });
  }

  async #enterUsage(how: { failed: boolean; refused: boolean }): Promise<void> {
    const { store, budgets, workspaceId } = this.options;
    this.ledger?.over(how);
    const rows = this.#rows(this.ledger?.requests ?? []);
    if (rows.length === 0) return;
    await store.addUsage(rows);
    budgets?.spent(workspaceId);
  }

  #rows(requests: readonly RequestUsage[]): NewUsage[] {
    const { workspaceId, conversationId, turnId, agentId, billing } = this.options;
    if (!this.model) return [];
    const { provider, model } = this.model;
    return requests.map((request, at) => ({
      id: (this.#rowIds[at] ??= newId()), workspaceId, conversationId, turnId, agentId, ...billing, leg: 'llm', provider, model, ...request,
    }));
  }

  #message(status: MessageStatus, error?: AppError): NewMessage {
    const { messageId: id, workspaceId, conversationId, turnId, clock } = this.options;
    const { text: content, toolCalls, firstTokenAt } = this.reply;
    const metadata: MessageMetadata = {
      responseTimeMs: Math.round(clock.monotonic() - this.#startedAt),
      ...(firstTokenAt === undefined ? {} : { firstTokenMs: Math.round(firstTokenAt - this.#startedAt) }),
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
      ...(error === undefined ? {} : { error: { kind: error.kind, message: error.userMessage } }),
    };
    return {
      id, workspaceId, conversationId, turnId, role: 'assistant', content, status,
      provider: this.model?.provider ?? null, model: this.model?.model ?? null, metadata, createdAt: clock.now(),
    };
  }
}
