import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputFile } from './settings';

const PROMPTS = '/usr/share/asterisk/sounds/en';

/** A telephone that answers and asks for seven plus five, over and over, in a process of its own: the media worker needs more than Playwright's loader. */
export class TestPhone implements AsyncDisposable {
  private constructor(private readonly child: ChildProcess, readonly port: number) {}

  static async start(options: { speaksEveryMs: number }): Promise<TestPhone> {
    const wav = outputFile('e2e-support', 'sum-8k.wav');
    execFileSync('sox', [...['digits/7', 'letters/plus', 'digits/5'].map((name) => join(PROMPTS, `${name}.wav`)), '-r', '8000', '-c', '1', '-b', '16', wav]);
    const child = fork(fileURLToPath(new URL('phone.ts', import.meta.url)), [wav, String(options.speaksEveryMs)], { execArgv: ['--import', 'tsx'], silent: true });
    let said = '';
    child.stdout?.setEncoding('utf8');
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { said += text; });
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout?.on('data', (text: string) => {
        said += text;
        const found = /telephone on (\d+)/.exec(said);
        if (found) resolve(Number(found[1]));
      });
      child.once('exit', (code) => reject(new Error(`the telephone ended with ${code}: ${said}`)));
    });
    return new TestPhone(child, port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}
