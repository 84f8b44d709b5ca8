import { run, parseCronItems, makeWorkerUtils, Logger as WorkerLogger, type Task } from 'graphile-worker';
import { randomUUID } from 'node:crypto';
import type { Config } from '../platform/config';
import { openDatabase } from '../platform/db/client';
import type { Logger } from '../platform/logger';
import type { Job, JobContext } from '../platform/jobs/job';
import { holdLease } from '../nodes/lease';
import { JOBS } from './jobs';
import { releaseDeadWorkers } from './release-dead-workers';

const RELEASE_EVERY_MS = 20_000;
/** Jobs at a time, and connections at most: with those of the other processes, a third of what the embedded database takes. */
const CONCURRENCY = 8;

export interface WorkerOptions {
  config: Config;
  logger: Logger;
  /** The runner ended by itself. It has stopped without a word then, while this process would go on and hold its lease. */
  onFatal: (error: unknown) => void;
}

/** Runs jobs until closed. One worker may run on every machine: jobs are taken with SKIP LOCKED. */
export async function startWorker({ config, logger, onFatal }: WorkerOptions): Promise<{ close(): Promise<void> }> {
  const url = config.database.url;
  if (!url) throw new Error('DATABASE_URL is not set: the worker is started by npm start');
  const database = openDatabase(url, { pool: 2, name: 'parley-worker' });
  const names = new Set<string>();
  const graphileLogger = new WorkerLogger(() => (level, message) => logger[level === 'warning' ? 'warn' : level === 'error' ? 'error' : 'debug'](message));

  const lease = await holdLease({ db: database.db, kind: 'worker', id: randomUUID(), address: '', describe: () => ({ workerIds: [...names] }), logger });
  const runner = await run({
    connectionString: url,
    concurrency: CONCURRENCY,
    maxPoolSize: CONCURRENCY,
    noHandleSignals: true, // the process drains in its own order
    pollInterval: 2000, // each of them asks so often; NOTIFY wakes us for what is to be done at once
    logger: graphileLogger,
    taskList: Object.fromEntries(JOBS.map((job) => [job.name, taskOf(job, { db: database.db, logger, config })])),
    parsedCronItems: parseCronItems(JOBS.filter((job) => job.cron).map((job) => ({ task: job.name, match: job.cron!, options: { maxAttempts: 3, backfillPeriod: 0 } }))),
  });
  let closing = false;
  runner.promise.then(() => new Error('the job runner ended by itself'), (error: unknown) => error).then((error) => { if (!closing) onFatal(error); }).catch(() => {});
  runner.events.on('worker:create', ({ worker }) => names.add(worker.workerId));
  runner.events.on('job:start', ({ worker }) => names.add(worker.workerId));
  const utils = await makeWorkerUtils({ connectionString: url, logger: graphileLogger });
  const release = () => releaseDeadWorkers(database.db, utils)
    .then((released) => { if (released.length > 0) logger.warn({ released }, 'released the jobs of dead workers'); })
    .catch((error) => logger.warn({ err: error }, 'could not look for dead workers'));
  await release(); // after an outage of everything, nobody else will have done it
  const timer = setInterval(() => void release(), RELEASE_EVERY_MS);

  return {
    close: async () => {
      closing = true;
      clearInterval(timer);
      await runner.stop();
      await utils.release();
      await lease.release();
      await database.close();
    },
  };
}

const taskOf = (job: Job, context: Omit<JobContext, 'signal'>): Task => async (payload, { abortSignal }) => {
  await job.handle(job.payload.parse(payload), { ...context, signal: abortSignal });
};
