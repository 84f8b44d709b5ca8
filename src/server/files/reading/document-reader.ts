import type { ChildProcess } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../../platform/errors';
import type { Logger } from '../../platform/logger';
import { forkWorker } from '../../platform/worker-entry';
import { fileProblem } from '../file-problem';
import type { ReadJob, ReadResult } from './job';
import { PATIENCE } from './watch-over';
import type { ReaderTask } from './worker';

export interface DocumentReaderOptions {
  logger: Logger;
  /** Documents that are read at once. */
  processes?: number;
  /** Those that may wait; beyond it the answer is "busy". */
  maxWaiting?: number;
  /** Of computing; what takes longer is made to take long. */
  timeLimitMs?: number;
  /** All of its process, buffers included. */
  maxMemoryBytes?: number;
}

interface Waiting {
  start(): void;
  giveUp(error: AppError): void;
}

/**
 * Reads strangers' documents, each in a process of its own: a thread contains neither a hang in native code nor the
 * buffers of an unpacked stream, and what one document did to its reader must not meet the next. A document's way:
 *
 *   waiting ──a process is free──▶ reading ──▶ read, or refused in words
 *      └──too long, closed──▶ busy   └──crash, memory, time──▶ refused: too demanding
 */
export class DocumentReader {
  private readonly options: Required<DocumentReaderOptions>;
  private readonly waiting: Waiting[] = [];
  private readonly running = new Set<ChildProcess>();
  private taken = 0;
  private closed = false;

  constructor(options: DocumentReaderOptions) {
    this.options = { processes: 2, maxWaiting: 40, timeLimitMs: 30_000, maxMemoryBytes: 1_000_000_000, ...options };
  }

  stats() {
    return { reading: this.taken, waiting: this.waiting.length };
  }

  async read(file: FileHandle, job: ReadJob, signal?: AbortSignal): Promise<ReadResult | 'too-demanding'> {
    await this.turn(signal);
    try {
      return await this.inProcess(file, job, signal);
    } finally {
      this.taken--;
      this.waiting.shift()?.start();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const waiting of this.waiting.splice(0)) waiting.giveUp(fileProblem.busy());
    await Promise.all([...this.running].map((child) => new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL'); // it keeps nothing
    })));
  }

  /** Resolves when one of the processes is this caller's. */
  private turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.closed) throw fileProblem.busy();
    if (this.taken < this.options.processes) {
      this.taken++;
      return Promise.resolve();
    }
    if (this.waiting.length >= this.options.maxWaiting) throw fileProblem.busy();
    return new Promise((resolve, reject) => {
      const leave = (error: AppError) => {
        settle();
        const place = this.waiting.indexOf(entry);
        if (place >= 0) this.waiting.splice(place, 1);
        reject(error);
      };
      const aborted = () => leave(new AppError('cancelled', 'Cancelled'));
      const timer = setTimeout(() => leave(fileProblem.busy()), 2 * PATIENCE * this.options.timeLimitMs); // two documents of the worst kind before it
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
      };
      const entry: Waiting = {
        start: () => { settle(); this.taken++; resolve(); },
        giveUp: leave,
      };
      signal?.addEventListener('abort', aborted, { once: true });
      this.waiting.push(entry);
    });
  }

  private inProcess(file: FileHandle, job: ReadJob, signal: AbortSignal | undefined): Promise<ReadResult | 'too-demanding'> {
    const { timeLimitMs, maxMemoryBytes, logger } = this.options;
    return new Promise((resolve, reject) => {
      const child = forkWorker('file-reader', 'files/reading/worker.ts', {
        execArgv: [`--max-old-space-size=${Math.round(maxMemoryBytes / 2_000_000)}`],
        env: { NODE_ENV: 'production' }, // a document that takes over its reader finds no key there
        stdio: ['ignore', 'ignore', 'ignore', 'ipc', file.fd],
      });
      this.running.add(child);
      let answer: ReadResult | undefined;
      let failure: unknown;
      const kill = () => child.kill('SIGKILL');
      const timer = setTimeout(kill, PATIENCE * timeLimitMs);
      signal?.addEventListener('abort', kill, { once: true });
      const settle = (code: number | null, killedBy: NodeJS.Signals | null) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', kill);
        this.running.delete(child);
        if (answer) return resolve(answer);
        if (signal?.aborted) return reject(new AppError('cancelled', 'Cancelled'));
        if (this.closed) return reject(fileProblem.busy());
        logger.warn({ kind: job.kind, sizeBytes: job.sizeBytes, code, signal: killedBy, err: failure }, 'a document ended its reader');
        resolve('too-demanding');
      };
      child.once('message', (message: ReadResult) => { answer = message; });
      child.on('error', (error) => {
        failure = error;
        if (child.pid === undefined) settle(null, null); // it never ran, so nothing will tell of its exit
      });
      child.once('close', settle);
      child.send({ ...job, timeLimitMs, maxMemoryBytes } satisfies ReaderTask, (error) => { failure = error ?? failure; });
    });
  }
}
