import { Worker } from 'node:worker_threads';
import type { FolderImage } from './folder-image';

/** What a thread is started with. */
export interface ThreadData {
  template: FolderImage;
  /** Where it makes the folders of its databases. */
  folder: string;
}

export interface ThreadMessage {
  what: 'ready' | 'dropped';
  url: string;
}

/** Long enough for a machine that stands still; nobody waits for it while the server closes by itself. */
const DROP_LIMIT_MS = 30_000;

/**
 * A thread with an embedded server, which is replaced by a new one on a new folder as soon as it has been dropped. Threads
 * are kept, because a new one costs three times what a database costs: it has to warm up.
 *
 *   starting ── ready ──> in use ── drop() ──> dropping ── dropped ──> starting
 *       └──────────────────┴── failed, terminated ──┴──> gone
 */
export class DatabaseThread {
  readonly #worker: Worker;
  readonly #gone: Promise<never>;
  #isGone = false;
  #url: Promise<string>;

  constructor(file: string, data: ThreadData) {
    this.#worker = new Worker(file, { workerData: data, execArgv: [], name: 'test database' });
    this.#gone = new Promise((_resolve, reject) => {
      const leave = (error: Error) => {
        this.#isGone = true;
        reject(error);
      };
      this.#worker.once('error', leave);
      this.#worker.once('exit', (code) => leave(new Error(`The thread of a test database ended with ${code}.`)));
    });
    this.#gone.catch(() => {});
    this.#worker.unref();
    this.#url = this.#next('ready');
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Where the current database is, once it is. */
  get url(): Promise<string> {
    return this.#url;
  }

  /** Ends the current database and begins the next one. A server that does not end goes with its thread. */
  async drop(): Promise<void> {
    const dropped = this.#next('dropped');
    this.#url = this.#next('ready');
    this.#worker.postMessage('drop');
    const timer = setTimeout(() => void this.#worker.terminate(), DROP_LIMIT_MS);
    await dropped.catch(() => {}).finally(() => clearTimeout(timer));
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #next(what: ThreadMessage['what']): Promise<string> {
    const url = new Promise<string>((resolve) => {
      const hear = (message: ThreadMessage) => {
        if (message.what !== what) return;
        this.#worker.off('message', hear);
        resolve(message.url);
      };
      this.#worker.on('message', hear);
    });
    const outcome = Promise.race([url, this.#gone]);
    outcome.catch(() => {}); // it may fail while nobody waits for it
    return outcome;
  }
}
