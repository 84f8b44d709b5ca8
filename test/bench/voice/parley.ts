import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { freePort, ParleyProcess, temporaryFolder } from '@test/support/parley-process';

const READY_LIMIT_MS = 240_000; // a first start builds the pages too

export type BenchModel = 'builtin' | 'scripted';

/** Parley as `npm start` runs it, in a folder and on ports of its own. */
export async function startParley(model: BenchModel, environment: Record<string, string> = {}) {
  const folder = temporaryFolder('bench');
  const script = join(folder.path, 'script.json');
  writeFileSync(script, JSON.stringify({
    bench: { firstTokenMs: 300, tokenMs: 20, replies: [{ steps: [{ text: 'I have written that down for you. Somebody will call you back this afternoon to talk about the details. Is there anything else I can do?' }] }] },
  }));
  const [web, realtime] = [await freePort(), await freePort()];
  const apiKey = `bench_${randomBytes(24).toString('hex')}`;
  const parley = ParleyProcess.start({
    PARLEY_DATA_DIR: join(folder.path, 'data'), PORT: String(web), REALTIME_PORT: String(realtime), PARLEY_API_KEY: apiKey, PARLEY_MAX_SESSIONS: '1000',
    STENTOR_LOG_LEVEL: 'WARNING', LLM_MODEL: model === 'builtin' ? 'builtin/assistant' : 'scripted/bench', PARLEY_SCRIPT: script, ...environment,
  });
  const stop = async () => { await parley.stop(); folder[Symbol.dispose](); };
  const origin = `http://127.0.0.1:${realtime}`;
  try {
    const deadline = Date.now() + READY_LIMIT_MS;
    while (!(await fetch(`${origin}/api/ready/`).then((response) => response.ok, () => false))) {
      if (Date.now() > deadline) throw new Error(`not ready:\n${parley.output}`);
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 250)), parley.exited.then((code) => { throw new Error(`ended with ${code}:\n${parley.output}`); })]);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid: parley.npm.pid!,
    url: `ws://127.0.0.1:${realtime}/api/v1/realtime`,
    web: `http://127.0.0.1:${web}`,
    apiKey,
    metrics: async () => (await fetch(`${origin}/api/metrics`, { headers: { authorization: `Bearer ${apiKey}` } })).text(),
    [Symbol.asyncDispose]: stop,
  };
}

export type RunningParley = Awaited<ReturnType<typeof startParley>>;
