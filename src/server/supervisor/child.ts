import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EXIT_NEEDS_MENDING, type ChildMessage, type SupervisorMessage } from '../platform/process-messages';

export interface ChildOptions {
  name: string;
  /** The module to run and Node's own arguments for it. */
  module: string;
  execArgv: string[];
  /** Asked at every start, so that a child that comes back knows what was found out since. */
  environment: () => Record<string, string | undefined>;
  onLine: (name: string, line: string) => void;
  onReady: (url: string | undefined, restarted: boolean) => void;
  /** The child cannot run until a person mends something, or it never became ready. */
  onFatal: (message: string) => void;
}

const READY_LIMIT_MS = 90_000; // a cold first start of the embedded database on a slow disk took 8 s
const STABLE_AFTER_MS = 30_000;
const MAX_BACKOFF_MS = 10_000;
const FIRST_START_TRIES = 4;

/**
 * One process of the product.
 *
 *   stopped ─start→ starting ─ready→ running ─exit→ waiting ─back-off→ starting
 *                      │                │              │
 *                      └──────stop──────┴──────────────┴──→ stopping ─exit→ stopped
 *
 * A child that dies comes back (200 ms, doubling to 10 s; reset after 30 s of running). One that was never ready
 * gives up after four tries, and one that asks for mending at once: both end the whole start with a line that says why.
 */
export class Child {
  state: 'stopped' | 'starting' | 'running' | 'waiting' | 'stopping' = 'stopped';
  #process: ChildProcess | undefined;
  #failures = 0;
  #everReady = false;
  #lastWords = '';
  #timer: NodeJS.Timeout | undefined;
  #ready: { resolve: () => void } | undefined;
  #exited: Promise<void> = Promise.resolve();

  constructor(private readonly options: ChildOptions) {}

  get name(): string { return this.options.name; }
  get pid(): number | undefined { return this.#process?.pid; }

  /** Resolves when the child serves for the first time; trouble goes to `onFatal`. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#ready = { resolve };
      this.#spawn();
    });
  }

  /** Kills without asking; the child comes back (used for reloading in development). */
  restart(): void { this.#process?.kill('SIGTERM'); }

  /** Asks the child to drain and waits for its end; kills it after `limitMs`. */
  async stop(limitMs: number): Promise<void> {
    clearTimeout(this.#timer);
    const process = this.#process;
    const idle = this.state === 'stopped' || this.state === 'waiting';
    this.state = idle ? 'stopped' : 'stopping';
    if (!process || idle) return;
    const kill = setTimeout(() => process.kill('SIGKILL'), limitMs);
    if (process.connected) process.send({ type: 'drain' } satisfies SupervisorMessage, () => {});
    else process.kill('SIGTERM');
    await this.#exited;
    clearTimeout(kill);
  }

  /** The last resort, when the person asked twice. */
  kill(): void { this.#process?.kill('SIGKILL'); }

  #spawn(): void {
    this.state = 'starting';
    const startedAt = performance.now();
    const child = fork(this.options.module, [], {
      execArgv: this.options.execArgv,
      env: this.options.environment() as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true, // Ctrl-C reaches only the supervisor: it stops the others in an order that loses nothing
    });
    this.#process = child;
    for (const stream of [child.stdout!, child.stderr!])
      createInterface({ input: stream }).on('line', (line) => {
        this.#lastWords = line;
        this.options.onLine(this.name, line);
      });
    const overdue = setTimeout(() => {
      this.#lastWords = `not ready after ${READY_LIMIT_MS / 1000} s`;
      child.kill('SIGKILL');
    }, READY_LIMIT_MS);
    child.on('message', (message: ChildMessage) => {
      if (message?.type === 'ready' && this.state === 'starting') {
        clearTimeout(overdue);
        const restarted = this.#everReady;
        this.#everReady = true;
        this.state = 'running';
        this.options.onReady(message.url, restarted);
        this.#ready?.resolve();
      }
      if (message?.type === 'fatal') this.#lastWords = message.message;
    });
    this.#exited = new Promise((resolve) => {
      const gone = (code: number | null, signal: string | null) => {
        clearTimeout(overdue);
        if (this.#process !== child) return;
        this.#process = undefined;
        this.#afterExit(code, signal, performance.now() - startedAt);
        resolve();
      };
      child.once('exit', gone);
      child.once('error', (error) => { this.#lastWords = error.message; gone(null, null); });
    });
  }

  #afterExit(code: number | null, signal: string | null, ranMs: number): void {
    if (this.state === 'stopping' || this.state === 'stopped') { this.state = 'stopped'; return; }
    this.#failures = ranMs > STABLE_AFTER_MS ? 1 : this.#failures + 1;
    this.options.onLine(this.name, `ended (${signal ?? `exit ${code}`})`);
    if (code === EXIT_NEEDS_MENDING || (!this.#everReady && this.#failures >= FIRST_START_TRIES)) {
      this.state = 'stopped';
      this.options.onFatal(code === EXIT_NEEDS_MENDING ? this.#lastWords : `${this.name} cannot start: ${this.#lastWords}`);
      return;
    }
    this.state = 'waiting';
    this.#timer = setTimeout(() => this.#spawn(), Math.min(MAX_BACKOFF_MS, 200 * 2 ** (this.#failures - 1)));
  }
}
