import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { newId } from '../platform/ids';
import type { Logger } from '../platform/logger';
import { boundedTransaction } from './bounded-transaction';
import { readHistory } from './database-store';
import { isPassing } from '../platform/db/database-failure';
import { inTime } from '../platform/within';
import { LiveHistory } from './live-history';
import type { ConversationStore, HistoryMessage, NewConversation, NewMessage, NewUsage, ReplyCheckpoint } from './store';
import { writeRecords, type StoreRecord } from './write-records';

export interface WriteBehindOptions {
  db: Database;
  /** Records that may wait; at some ten a turn, 5,000 is a few hundred turns of a database that is away. */
  maxQueued: number;
  logger: Logger;
  /** After this a batch is given up and tried again. */
  writeTimeoutMs?: number;
}

/** Small enough for a short transaction (the embedded database runs one at a time), large enough to catch up quickly. */
const BATCH = 100;
const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 2_000;
const FLUSH_TIMEOUT_MS = 5_000;

/**
 * Live audio never waits for the database: a call here only enqueues, and the writer stores in order, in batches.
 *
 *            enqueue             batch stored, queue empty
 *   idle ──────────────▶ writing ────────────────────────▶ idle
 *                        │    ▲ ▲
 *        database away   ▼    │ └─ batch stored, more queued
 *                     waiting ┘ (back-off 50 ms … 2 s, the same batch again: ids make that harmless)
 *
 *   any ── close() ──▶ closed     writes what is queued for as long as the flush may take, refuses anything new
 *
 * While the database is away the queue is the bound: when it is full, every call throws `unavailable`.
 * A batch that the database refuses for good is written record by record; what it still refuses is logged and dropped,
 * so that one bad record cannot hold up everybody's conversations.
 */
export class WriteBehindStore implements ConversationStore {
  readonly #queue: StoreRecord[] = [];
  /** From a conversation's start to its end. A record that comes later, of a turn that was still ending, is only written. */
  readonly #live = new Map<string, LiveHistory>();
  readonly #stop = new AbortController();
  #writer: Promise<void> | undefined;
  #closed = false;
  #dropped = 0;

  constructor(private readonly options: WriteBehindOptions) {}

  /** Records that wait to be stored. */
  get queued(): number { return this.#queue.length; }

  async startConversation(conversation: NewConversation): Promise<void> {
    this.#enqueue({ type: 'start', conversationId: conversation.id, conversation });
    this.#historyOf(conversation.id).prefetch();
  }

  async history(conversationId: string): Promise<HistoryMessage[]> {
    return this.#historyOf(conversationId).messages();
  }

  async addMessage(message: NewMessage): Promise<void> {
    this.#enqueue({ type: 'message', conversationId: message.conversationId, message: { createdAt: new Date(), ...message } });
    const { id, role, content, metadata } = message;
    this.#live.get(message.conversationId)?.add({ id, role, content, ...(metadata === undefined ? {} : { metadata }) });
  }

  /** While little waits: the queue is there for what would be lost without it. Not in the live history, which has no halves. */
  async checkpoint(checkpoint: ReplyCheckpoint): Promise<boolean> {
    if (this.#closed || this.#queue.length >= Math.min(BATCH, this.options.maxQueued / 2)) return false;
    this.#enqueue({ type: 'checkpoint', conversationId: checkpoint.message.conversationId, checkpoint });
    return true;
  }

  async amendMessage(amendment: Parameters<ConversationStore['amendMessage']>[0]): Promise<void> {
    this.#enqueue({ type: 'amend', conversationId: amendment.conversationId, amendment });
    this.#live.get(amendment.conversationId)?.amend(amendment.id, amendment);
  }

  async addUsage(rows: NewUsage[]): Promise<void> {
    if (rows.length > 0) this.#enqueue({ type: 'usage', conversationId: rows[0]?.conversationId ?? null, rows: rows.map((row) => ({ id: newId(), ...row })) });
  }

  async endConversation(end: Parameters<ConversationStore['endConversation']>[0]): Promise<void> {
    this.#enqueue({ type: 'end', conversationId: end.id, end });
    this.#live.delete(end.id);
  }

  /** Resolves when everything enqueued before is stored; throws `unavailable` when that takes too long. */
  async flush({ timeoutMs = FLUSH_TIMEOUT_MS }: { timeoutMs?: number } = {}): Promise<void> {
    if (!this.#writer) return;
    const stored = await inTime(this.#writer.then(() => true), timeoutMs);
    if (!stored) throw new AppError('unavailable', `${this.#queue.length} records could not be stored in time`);
  }

  /** Stores what it can within the time and says how many records were lost. */
  async close(options: { timeoutMs?: number } = {}): Promise<{ lost: number }> {
    this.#closed = true;
    await this.flush(options).catch((error: unknown) => this.options.logger.error({ err: error, queued: this.#queue.length }, 'conversation records lost at shutdown'));
    this.#stop.abort();
    await this.#writer;
    this.#live.clear();
    return { lost: this.#queue.length + this.#dropped };
  }

  #historyOf(conversationId: string): LiveHistory {
    let history = this.#live.get(conversationId);
    if (!history) {
      history = new LiveHistory(() => boundedTransaction(this.options.db, (tx) => readHistory(tx, conversationId)));
      this.#live.set(conversationId, history);
      // It ended a moment ago and goes on, over another connection: the database does not have all of it yet.
      for (const record of this.#queue) {
        if (record.type === 'message' && record.conversationId === conversationId) history.add(record.message);
        else if (record.type === 'amend' && record.conversationId === conversationId) history.amend(record.amendment.id, record.amendment);
      }
    }
    return history;
  }

  #enqueue(record: StoreRecord): void {
    if (this.#closed) throw new AppError('unavailable', 'The conversation store is closed', { retryable: false });
    if (this.#queue.length >= this.options.maxQueued) throw new AppError('unavailable', 'The conversation store is full', { userMessage: 'Storage is unavailable.' });
    this.#queue.push(record);
    this.#writer ??= this.#write();
  }

  async #write(): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS;
    while (this.#queue.length > 0 && !this.#stop.signal.aborted) {
      const batch = this.#queue.slice(0, BATCH);
      try {
        await this.#store(batch);
        this.#queue.splice(0, batch.length);
        backoffMs = FIRST_BACKOFF_MS;
      } catch (error) {
        if (!isPassing(error)) {
          this.#queue.splice(0, batch.length);
          await this.#storeSingly(batch);
          continue;
        }
        this.options.logger.warn({ err: error, queued: this.#queue.length, backoffMs }, 'database away, conversation records wait');
        await delay(backoffMs, undefined, { signal: this.#stop.signal }).catch(() => {});
        backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      }
    }
    this.#writer = undefined; // before anybody else runs: what is enqueued from now on starts a writer of its own
  }

  #store(records: readonly StoreRecord[]): Promise<void> {
    return boundedTransaction(this.options.db, (tx) => writeRecords(tx, records), { signal: this.#stop.signal, ...(this.options.writeTimeoutMs === undefined ? {} : { timeoutMs: this.options.writeTimeoutMs }) });
  }

  async #storeSingly(batch: StoreRecord[]): Promise<void> {
    for (const [index, record] of batch.entries()) {
      try {
        await this.#store([record]);
      } catch (error) {
        if (isPassing(error)) {
          this.#queue.unshift(...batch.slice(index));
          return;
        }
        this.#dropped++;
        this.options.logger.error({ err: error, record: record.type, conversationId: record.conversationId }, 'conversation record refused');
      }
    }
  }
}
