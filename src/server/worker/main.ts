/** The worker process: background jobs that graphile-worker keeps in Postgres. */
import { loadConfig } from '../platform/config';
import { childReady, onDrain } from '../platform/child-process';
import { surviveDriverFaults } from '../platform/db/survive-driver-faults';
import { createLogger } from '../platform/logger';
import { startWorker } from './start-worker';

const config = loadConfig(process.env);
const logger = createLogger({ name: 'worker', level: config.logLevel });
surviveDriverFaults(logger);
const worker = await startWorker({
  config,
  logger,
  onFatal: (error) => {
    logger.fatal({ err: error }, 'the worker failed and ends, to be started again');
    process.exit(1);
  },
});
onDrain(() => worker.close());
childReady('worker');
