/** The worker process: background jobs that graphile-worker keeps in Postgres. */
import { loadConfig } from '../platform/config';
import { childReady, onDrain } from '../platform/child-process';
import { createLogger } from '../platform/logger';
import { startWorker } from './start-worker';

const config = loadConfig(process.env);
const logger = createLogger({ name: 'worker', level: config.logLevel });
// graphile-worker's pool rejects out of band while Postgres restarts; it reconnects by itself afterwards.
process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
const worker = await startWorker({ config, logger });
onDrain(() => worker.close());
childReady('worker');
