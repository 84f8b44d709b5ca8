import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { AppError } from '@/server/platform/errors';
import type { Logger } from '@/server/platform/logger';
import { forkWorker } from '@/server/platform/worker-entry';
import type { FromWorker, SpeechJob, SpeechResult, Synthesized, ToWorker, Transcribed } from './job';

export interface SpeechPoolOptions {
  logger: Logger;
  /** Default: one for every core but one, which belongs to the audio of live sessions. */
  workers?: number;
  /** Jobs that may wait. Beyond it the answer is "busy", because a transcript that comes late is worth nothing. */
  maxQueued?: number;
  /** A job that takes longer than this has hung its worker: the worker is replaced. */
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
 * A worker's life:
 *
 *   starting ──ready──> idle ──job──> busy ──done/failed──> idle
 *      └────────────────┴──────crash, hang──┴──> gone ──(back-off)──> starting
 *
 * A crash fails the one job that ran there; waiting jobs go to the others or to the replacement. Workers are processes,
 * because threads contain neither a native fault nor a hang: ending a thread inside onnxruntime aborts its whole process.
 */
interface Worker {
  child: ChildProcess;
  state: 'starting' | 'idle' | 'busy' | 'gone';
  current?: Waiting;
  watchdog?: NodeJS.Timeout;
}

const MAX_RESTART_DELAY_MS = 5_000;

export class SpeechPool {
  private readonly workers = new Set<Worker>();
  private readonly queue: Waiting[] = [];
  private readonly options: Required<SpeechPoolOptions>;
  private readonly restartTimers = new Set<NodeJS.Timeout>();
  private lastId = 0;
  private crashes = 0;
  private crashesInARow = 0;
  private closed = false;

  private constructor(options: SpeechPoolOptions) {
    // At least two: a long utterance must not hold up the short one behind it.
    this.options = { workers: Math.max(2, availableParallelism() - 1), maxQueued: 64, jobTimeoutMs: 60_000, ...options };
  }

  /** Resolves once every worker has its models warm. */
  static async start(options: SpeechPoolOptions): Promise<SpeechPool> {
    const pool = new SpeechPool(options);
    try {
      await Promise.all(Array.from({ length: pool.options.workers }, () => pool.startWorker()));
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
      const waiting: Waiting = { id: ++this.lastId, job, rank, resolve: settle(resolve), reject: settle(reject) };
      signal?.addEventListener('abort', leave);
      const place = this.queue.findIndex((other) => other.rank > rank);
      this.queue.splice(place < 0 ? this.queue.length : place, 0, waiting);
      this.dispatch();
    }) as Promise<SpeechResult<Job>>;
  }

  stats() {
    const live = [...this.workers];
    return {
      workers: this.options.workers,
      ready: live.filter((worker) => worker.state === 'idle' || worker.state === 'busy').length,
      busy: live.filter((worker) => worker.state === 'busy').length,
      queued: this.queue.length,
      crashes: this.crashes,
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.restartTimers) clearTimeout(timer);
    for (const waiting of this.queue.splice(0)) waiting.reject(new AppError('unavailable', 'Speech is shutting down'));
    await Promise.all([...this.workers].map(async ({ child }) => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL'); // it holds no state, and may be deep inside a model
      await gone;
    }));
  }

  private async startWorker(): Promise<void> {
    const child = forkWorker('speech-worker', 'speech/worker.ts');
    const worker: Worker = { child, state: 'starting' };
    this.workers.add(worker);
    child.on('message', (message: FromWorker) => this.hear(worker, message));
    child.on('error', (error) => {
      this.options.logger.error({ err: error }, 'speech worker failed');
      if (child.pid === undefined) this.lose(worker, error.message); // it never ran, so nothing will tell of its exit
    });
    child.once('exit', (code, signal) => this.lose(worker, signal ?? code));
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve()); // the first word of a worker is `ready`
      child.once('exit', () => reject(new AppError('internal', 'a speech worker ended before it was ready')));
      child.once('error', (cause) => reject(new AppError('internal', 'a speech worker could not be started', { cause })));
    });
  }

  private hear(worker: Worker, message: FromWorker): void {
    const job = worker.current;
    clearTimeout(worker.watchdog);
    worker.current = undefined;
    worker.state = 'idle';
    if (message.type === 'done') { this.crashesInARow = 0; job?.resolve(message.result); }
    else if (message.type === 'failed') job?.reject(message.cancelled ? cancelled() : new AppError('internal', `Speech failed: ${message.message}`));
    this.dispatch();
  }

  private lose(worker: Worker, end: number | string | null): void {
    this.workers.delete(worker);
    clearTimeout(worker.watchdog);
    const wasStarting = worker.state === 'starting';
    worker.state = 'gone';
    worker.current?.reject(new AppError('internal', 'The speech worker crashed', { retryable: true }));
    if (this.closed || (wasStarting && this.crashes === 0)) return; // a pool that never started is start()'s to report
    this.crashes += 1;
    this.crashesInARow += 1;
    // The first replacement comes at once; a model that keeps crashing must not spin the machine.
    const delayMs = Math.min(MAX_RESTART_DELAY_MS, (this.crashesInARow - 1) * 500);
    this.options.logger.error({ end, crashes: this.crashes, delayMs }, 'speech worker ended; starting another');
    const timer = setTimeout(() => {
      this.restartTimers.delete(timer);
      this.startWorker().catch((error: unknown) => { if (!this.closed) this.options.logger.error({ err: error }, 'speech worker did not start'); });
    }, delayMs);
    this.restartTimers.add(timer);
  }

  private dispatch(): void {
    for (const worker of this.workers) {
      if (this.queue.length === 0) return;
      if (worker.state !== 'idle') continue;
      const next = this.queue.shift()!;
      worker.state = 'busy';
      worker.current = next;
      worker.watchdog = setTimeout(() => void worker.child.kill('SIGKILL'), this.options.jobTimeoutMs);
      tell(worker, { type: 'run', id: next.id, job: next.job });
    }
  }

  /** Nobody waits for the answer: a queued job leaves the queue, a running one is told. */
  private abandon(waiting: Waiting): void {
    const place = this.queue.indexOf(waiting);
    if (place >= 0) this.queue.splice(place, 1);
    else for (const worker of this.workers) if (worker.current === waiting) tell(worker, { type: 'cancel', id: waiting.id });
    waiting.reject(cancelled());
  }
}

/** A worker that is going away takes no messages: its exit settles the job. */
const tell = ({ child }: Worker, message: ToWorker) => { if (child.connected) child.send(message, () => undefined); };
const cancelled = () => new AppError('cancelled', 'Cancelled');
