import { Logger, runMigrations } from 'graphile-worker';

/**
 * graphile-worker's own tables and functions, as the installed version has them. They must be there before anything is
 * enqueued, which may be long before the first worker runs. Several nodes may do this at once, and again at every start.
 */
export async function installJobsSchema(url: string): Promise<void> {
  await runMigrations({ connectionString: url, maxPoolSize: 1, logger: new Logger(() => () => {}) });
}
