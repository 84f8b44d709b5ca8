import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ChildMessage } from '@/server/platform/process-messages';

export interface KillableOptions {
  name: string;
  module: string;
  environment: Record<string, string>;
}

/** After a start that failed it waits longer, as the supervisor does; not after a kill, which is meant to happen every few seconds. */
const BACK_OFF_MS = 200;
const MAX_BACK_OFF_MS = 2_000;
/** The supervisor's own. */
const READY_LIMIT_MS = 90_000;

/**
 *   starting ── ready ──▶ running ── kill, or its own end ──▶ (200 ms) ──▶ starting
 *   any ── stop ──▶ stopped
 * A process of the product as the supervisor forks it, that comes back whenever it ends.
 */
export class Killable implements AsyncDisposable {
  /** How often it ended although nobody had killed it: while it served, while it started (its database is away: it comes again), and because it was never ready. */
  readonly ownEnds = { serving: [] as string[], starting: 0, overdue: 0 };
  output = '';
  /** 0 while it does not serve. */
  readyAt = 0;
  /** What it says where it serves. */
  url: string | undefined;
  #process: ChildProcess | undefined;
  #stopped = false;
  #killed = false;
  #ready = deferred();
  #loop: Promise<void> | undefined;

  get pid(): number | undefined { return this.#process?.pid; }

  constructor(private readonly options: KillableOptions) {}

  start(): Promise<void> {
    this.#loop ??= this.#run();
    return this.ready();
  }

  /** Resolves when it serves, at once when it does. */
  ready(): Promise<void> { return this.#ready.promise; }

  /** kill -9, now. False when it is not running. */
  kill(): boolean {
    if (this.readyAt === 0 || this.#killed) return false;
    this.#killed = true;
    this.#ready = deferred();
    this.readyAt = 0;
    return this.#process!.kill('SIGKILL');
  }

  async #run(): Promise<void> {
    const { name, module, environment } = this.options;
    let failures = 0;
    while (!this.#stopped) {
      const child = fork(module, { execArgv: ['--enable-source-maps'], env: environment as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
      this.#process = child;
      this.#killed = false;
      for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => { this.output = (this.output + text).slice(-200_000); });
      child.on('message', (message: ChildMessage) => {
        if (message.type === 'fatal') this.output += `\n${message.message}\n`;
        else if (!this.#killed) { this.url = message.url; this.readyAt = performance.now(); this.#ready.resolve(); }
      });
      const overdue = setTimeout(() => { if (this.readyAt === 0) { this.ownEnds.overdue += 1; child.kill('SIGKILL'); } }, READY_LIMIT_MS);
      const [code, signal] = await once(child, 'exit') as [number | null, string | null];
      clearTimeout(overdue);
      failures = this.readyAt === 0 && !this.#killed ? failures + 1 : 0;
      if (!this.#killed && !this.#stopped) {
        if (this.readyAt === 0) this.ownEnds.starting += 1;
        else this.ownEnds.serving.push(`${name}: ${signal ?? `exit ${code}`}: ${this.output.slice(-1_000)}`);
      }
      if (this.readyAt !== 0) { this.readyAt = 0; this.#ready = deferred(); }
      await new Promise((resolve) => { setTimeout(resolve, Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 2 ** failures)); });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    const child = this.#process;
    if (child && child.exitCode === null && child.signalCode === null) {
      const hard = setTimeout(() => child.kill('SIGKILL'), 12_000);
      child.kill('SIGTERM');
      await once(child, 'exit');
      clearTimeout(hard);
    }
    await this.#loop;
  }
}

interface Deferred { promise: Promise<void>; resolve: () => void }
function deferred(): Deferred {
  let resolve = () => {};
  const promise = new Promise<void>((done) => { resolve = done; });
  return { promise, resolve };
}
