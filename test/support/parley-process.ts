import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

const LOWEST_PORT = 12_000;
/** Below those that Linux hands out: a port that is let go is not given to whoever asks for any port next. */
const PORTS = 18_000;

/** A port that nobody has now, and that nobody comes by before it is taken. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + randomInt(PORTS);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

export const temporaryFolder = (name: string) => {
  const path = mkdtempSync(join(tmpdir(), `parley-${name}-`));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};

/** `npm start`, as a person runs it. */
export class ParleyProcess {
  output = '';
  readonly exited: Promise<number | null>;
  #exitCode: number | null | undefined;

  private constructor(readonly npm: ChildProcess) {
    for (const stream of [npm.stdout!, npm.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => { this.output += text; });
    this.exited = new Promise((resolve) => npm.once('exit', (code) => { this.#exitCode = code; resolve(code); }));
  }

  static start(environment: Record<string, string>, script = 'start'): ParleyProcess {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST|DATABASE_URL|npm_)/.test(name)));
    return new ParleyProcess(spawn('npm', ['run', '--silent', script], { cwd: root, env: { ...inherited, ...environment } as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'], detached: true }));
  }

  /** Waits until the output matches; fails with the output when the process ends first. */
  async until(pattern: RegExp, limitMs = 170_000): Promise<RegExpExecArray> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (this.#exitCode !== undefined) throw new Error(`ended with ${this.#exitCode} before ${pattern}:\n${this.output}`);
      if (Date.now() > deadline) throw new Error(`no ${pattern} in time:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#exitCode === undefined) this.npm.kill(signal);
    return await this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> { await this.stop(); }
}
