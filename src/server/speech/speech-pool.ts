import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { AppError } from '@/server/platform/errors';
import type { Logger } from '@/server/platform/logger';
import { startWorker } from '@/server/platform/worker-entry';
import type { FromWorker, SpeechJob, SpeechResult, Synthesized, Transcribed, WorkerSetup } from './job';

export interface SpeechPoolOptions {
  logger: Logger;
  /** Default: every core but one, which belongs to the audio of live sessions. */
  threads?: number;
  /** Jobs that may wait. Beyond it the answer is "busy", because a transcript that comes late is worth nothing. */
  maxQueued?: number;
  /** A job that takes longer than this has hung the thread: the thread is replaced. */
  jobTimeoutMs?: number;
}

interface Waiting {
  id: number;
  job: SpeechJob;
  rank: number;
  resolve(result: Transcribed | Synthesized): void;
  reject(error: AppError): void;
}

/**
 * A thread's life:
 *
 *   starting ──ready──> idle ──job──> busy ──done/failed──> idle
 *      └────────────────┴──────crash, hang──┴──> gone ──(back-off)──> starting
 *
 * A crash fails the one job that ran on the thread; waiting jobs go to the others or to the replacement.
 */
interface Thread {
  worker: Worker;
  state: 'starting' | 'idle' | 'busy' | 'gone';
  cancel: Int32Array<SharedArrayBuffer>;
  current?: Waiting;
  watchdog?: NodeJS.Timeout;
}

const MAX_RESTART_DELAY_MS = 5_000;

export class SpeechPool {
  private readonly threads = new Set<Thread>();
  private readonly queue: Waiting[] = [];
  private readonly options: Required<SpeechPoolOptions>;
  private readonly restartTimers = new Set<NodeJS.Timeout>();
  private lastId = 0;
  private crashes = 0;
  private crashesInARow = 0;
  private closed = false;

  private constructor(options: SpeechPoolOptions) {
    this.options = { threads: Math.max(1, availableParallelism() - 1), maxQueued: 64, jobTimeoutMs: 60_000, ...options };
  }

  /** Resolves once every thread has its models warm. */
  static async start(options: SpeechPoolOptions): Promise<SpeechPool> {
    const pool = new SpeechPool(options);
    try {
      await Promise.all(Array.from({ length: pool.options.threads }, () => pool.startThread()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  run<Job extends SpeechJob>(job: Job, { rank, signal }: { rank: number; signal?: AbortSignal }): Promise<SpeechResult<Job>> {
    if (this.closed) return Promise.reject(new AppError('unavailable', 'Speech is shutting down'));
    if (signal?.aborted) return Promise.reject(cancelled());
    if (this.queue.length >= this.options.maxQueued)
      return Promise.reject(new AppError('unavailable', 'Speech is busy: too many requests are waiting', { retryAfterSeconds: 1 }));

    return new Promise<Transcribed | Synthesized>((resolve, reject) => {
      const leave = () => this.abandon(waiting);
      const settle = <T>(answer: (value: T) => void) => (value: T) => { signal?.removeEventListener('abort', leave); answer(value); };
      const waiting: Waiting = { id: this.nextId(), job, rank, resolve: settle(resolve), reject: settle(reject) };
      signal?.addEventListener('abort', leave);
      const place = this.queue.findIndex((other) => other.rank > rank);
      this.queue.splice(place < 0 ? this.queue.length : place, 0, waiting);
      this.dispatch();
    }) as Promise<SpeechResult<Job>>;
  }

  stats() {
    const live = [...this.threads];
    return {
      threads: this.options.threads,
      ready: live.filter((thread) => thread.state === 'idle' || thread.state === 'busy').length,
      busy: live.filter((thread) => thread.state === 'busy').length,
      queued: this.queue.length,
      crashes: this.crashes,
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.restartTimers) clearTimeout(timer);
    for (const waiting of this.queue.splice(0)) waiting.reject(new AppError('unavailable', 'Speech is shutting down'));
    await Promise.all([...this.threads].map((thread) => thread.worker.terminate()));
  }

  private async startThread(): Promise<void> {
    const cancel = new Int32Array(new SharedArrayBuffer(4));
    const worker = startWorker('speech-worker', 'speech/worker.ts', { workerData: { cancel } satisfies WorkerSetup });
    const thread: Thread = { worker, state: 'starting', cancel };
    this.threads.add(thread);
    worker.on('message', (message: FromWorker) => this.hear(thread, message));
    worker.on('error', (error) => this.options.logger.error({ err: error }, 'speech thread failed'));
    worker.on('exit', (code) => this.lose(thread, code));
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => { if (message.type === 'ready') resolve(); });
      worker.once('error', reject);
      worker.once('exit', () => reject(new AppError('internal', 'a speech thread ended before it was ready')));
    });
  }

  private hear(thread: Thread, message: FromWorker): void {
    const job = thread.current;
    clearTimeout(thread.watchdog);
    thread.current = undefined;
    thread.state = 'idle';
    if (message.type === 'done') { this.crashesInARow = 0; job?.resolve(message.result); }
    else if (message.type === 'failed') job?.reject(message.cancelled ? cancelled() : new AppError('internal', `Speech failed: ${message.message}`));
    this.dispatch();
  }

  private lose(thread: Thread, code: number): void {
    this.threads.delete(thread);
    clearTimeout(thread.watchdog);
    const wasStarting = thread.state === 'starting';
    thread.state = 'gone';
    thread.current?.reject(new AppError('internal', 'The speech thread crashed', { retryable: true }));
    if (this.closed || (wasStarting && this.crashes === 0)) return; // a pool that never started is start()'s to report
    this.crashes += 1;
    this.crashesInARow += 1;
    // The first replacement comes at once; a model that keeps crashing must not spin the machine.
    const delayMs = Math.min(MAX_RESTART_DELAY_MS, (this.crashesInARow - 1) * 500);
    this.options.logger.error({ code, crashes: this.crashes, delayMs }, 'speech thread ended; starting another');
    const timer = setTimeout(() => {
      this.restartTimers.delete(timer);
      this.startThread().catch((error: unknown) => this.options.logger.error({ err: error }, 'speech thread did not start'));
    }, delayMs);
    this.restartTimers.add(timer);
  }

  private dispatch(): void {
    for (const thread of this.threads) {
      if (this.queue.length === 0) return;
      if (thread.state !== 'idle') continue;
      const next = this.queue.shift()!;
      thread.state = 'busy';
      thread.current = next;
      thread.watchdog = setTimeout(() => void thread.worker.terminate(), this.options.jobTimeoutMs);
      // Copied, not transferred: the caller's buffer may be a view of something larger.
      thread.worker.postMessage({ id: next.id, job: next.job });
    }
  }

  /** Nobody waits for the answer: a queued job leaves the queue, a running one is told through shared memory. */
  private abandon(waiting: Waiting): void {
    const place = this.queue.indexOf(waiting);
    if (place >= 0) this.queue.splice(place, 1);
    else for (const thread of this.threads) if (thread.current === waiting) Atomics.store(thread.cancel, 0, waiting.id);
    waiting.reject(cancelled());
  }

  /** Ids fit the shared 32-bit word and skip 0, which means "nothing to cancel". */
  private nextId(): number {
    this.lastId = this.lastId >= 0x7fff_ffff ? 1 : this.lastId + 1;
    return this.lastId;
  }
}

const cancelled = () => new AppError('cancelled', 'Cancelled');
