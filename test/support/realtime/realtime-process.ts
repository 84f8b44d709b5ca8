import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ChildMessage } from '@/server/platform/process-messages';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The realtime process as the supervisor runs it. */
export class RealtimeProcess {
  readonly exited: Promise<number | null>;

  private constructor(private readonly child: ChildProcess, readonly url: string, private readonly said: { text: string }) {
    this.exited = child.exitCode === null ? once(child, 'exit').then(([code]) => code as number | null) : Promise.resolve(child.exitCode);
  }

  static async start(environment: Record<string, string>): Promise<RealtimeProcess> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/realtime/main.ts'], {
      cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH, NODE_ENV: 'test', REALTIME_PORT: '0', STENTOR_LOG_LEVEL: 'warn', ...environment },
    });
    const said = { text: '' };
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => { said.text += text; });
    const url = await new Promise<string>((resolve, reject) => {
      child.on('message', (message: ChildMessage) => {
        if (message.type === 'ready') resolve(message.url!);
        else reject(new Error(message.message));
      });
      child.once('exit', (code) => reject(new Error(`realtime ended with ${code}:\n${said.text}`)));
    });
    return new RealtimeProcess(child, url, said);
  }

  get output(): string { return this.said.text; }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> { if (this.child.exitCode === null) await this.stop(); }
}
