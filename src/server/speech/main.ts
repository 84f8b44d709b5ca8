import { childFatal, childReady, onDrain } from '@/server/platform/child-process';
import { ConfigError, loadConfig } from '@/server/platform/config';
import { createLogger } from '@/server/platform/logger';
import { SpeechPool } from './speech-pool';
import { createSpeechServer } from './speech-server';

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({ name: 'speech', level: config.logLevel });
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  const pool = await SpeechPool.start({ logger });
  const app = await createSpeechServer({ pool, logger });
  onDrain(async () => { await app.close(); await pool.close(); });
  const port = config.speech.localPort;
  const url = await app.listen({ host: '127.0.0.1', port }).catch((error: NodeJS.ErrnoException) =>
    childFatal('speech', error.code === 'EADDRINUSE' ? `PARLEY_SPEECH_PORT ${port} is taken: stop what listens there` : `Cannot listen on 127.0.0.1:${port}: ${error.message}`));
  logger.info({ url, ...pool.stats() }, 'speech is ready');
  childReady('speech', url);
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) childFatal('speech', error.message);
  console.error(error);
  process.exit(1);
});
