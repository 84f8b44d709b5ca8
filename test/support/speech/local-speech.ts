import type { AddressInfo } from 'node:net';
import { createLogger } from '@/server/platform/logger';
import { SpeechPool, type SpeechPoolOptions } from '@/server/speech/speech-pool';
import { createSpeechServer } from '@/server/speech/speech-server';
import type { SpeechLimits } from '@/server/speech/limits';

export const silentLogger = createLogger({ name: 'test', level: 'silent' });

/** The real speech server with its models, on a port of its own. */
export async function startLocalSpeech(options: Partial<SpeechPoolOptions> & { limits?: SpeechLimits } = {}) {
  const { limits, ...poolOptions } = options;
  const pool = await SpeechPool.start({ logger: silentLogger, workers: 1, ...poolOptions });
  const app = await createSpeechServer({ pool, logger: silentLogger, limits });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    url,
    pool,
    async [Symbol.asyncDispose]() { await app.close(); await pool.close(); },
  };
}

/** Polls a condition that another thread or process makes true. */
export async function eventually(condition: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not in time: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
