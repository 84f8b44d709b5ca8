import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts echo.ts. Never asked for more than one at a time. */
export async function startFarEnd(): Promise<AsyncDisposable & { port: number }> {
  const child = fork(fileURLToPath(new URL('./echo.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  const [{ port }] = await once(child, 'message') as [{ port: number }];
  return { port, [Symbol.asyncDispose]: async () => { child.kill(); await once(child, 'exit'); } };
}
