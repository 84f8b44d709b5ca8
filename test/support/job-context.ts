import type { Config } from '@/server/platform/config';
import type { JobContext } from '@/server/platform/jobs/job';
import { silentLogger } from './fakes/scripted-brain';
import { webConfig } from './web';

/** What a job is handed by the worker. */
export const jobContext = (given: Pick<JobContext, 'db'> & Partial<JobContext> & { config?: Config }): JobContext => ({
  logger: silentLogger, config: webConfig(), signal: new AbortController().signal, ...given,
});
