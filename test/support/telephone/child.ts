import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A program of somebody else, with what it said, ended by its own id. */
export class Child implements AsyncDisposable {
  output = '';
  readonly #exited: Promise<number | null>;

  constructor(readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr]) stream?.on('data', (chunk) => { this.output = (this.output + String(chunk)).slice(-100_000); });
    process.on('error', (error) => { this.output += error.message; });
    this.#exited = once(process, 'exit').then(([code]) => code as number | null, () => null);
  }

  static start(command: string, args: string[], options: { cwd?: string } = {}): Child {
    return new Child(spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options }));
  }

  get exit(): Promise<number | null> { return this.#exited; }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGTERM');
    const hard = setTimeout(() => this.process.kill('SIGKILL'), 3_000);
    await this.#exited;
    clearTimeout(hard);
  }
}
