import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Config } from '../config';
import type { Database } from '../db/client';

export interface JobContext {
  db: Database;
  logger: Logger;
  config: Config;
  /** Aborts when the worker drains: what waits for others breaks off and throws, to be run again by the next one. */
  signal: AbortSignal;
}

/** What a job is: its name, its payload's shape, and when it runs by itself. Handlers are idempotent: a job may run twice. */
export interface Job<Schema extends z.ZodType = z.ZodType> {
  name: string;
  payload: Schema;
  /** A crontab pattern in UTC, for housekeeping. */
  cron?: string;
  handle(payload: z.output<Schema>, context: JobContext): Promise<void>;
}

export const defineJob = <Schema extends z.ZodType>(job: Job<Schema>): Job => job as unknown as Job;
