import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { enqueueJob } from '@/server/platform/jobs/enqueue';
import { installJobsSchema } from '@/server/platform/jobs/install-jobs-schema';
import { createTestDatabase, type TestDatabase } from '@test/support/database';

const job = { name: 'tests.greet', payload: z.object({ name: z.string() }) };

const waiting = (database: TestDatabase) => database.sql<{ task: string; payload: unknown; key: string | null; queue: string | null; seconds: number }[]>`
  SELECT j.task_identifier AS task, p.payload, j.key, j.queue_name AS queue, round(extract(epoch FROM j.run_at - j.updated_at))::int AS seconds
  FROM graphile_worker.jobs j JOIN graphile_worker._private_jobs p USING (id) ORDER BY j.id`;

describe('a job that is enqueued', () => {
  it('waits in a database that no worker has seen yet, with its payload as it was given', async () => {
    await using database = await createTestDatabase();
    const name = 'Zoë "the \\ quoted" {}';

    await enqueueJob(database.db, job, { name });

    expect(await waiting(database)).toEqual([{ task: 'tests.greet', payload: { name }, key: null, queue: null, seconds: 0 }]);
  });

  it('comes about with its transaction or not at all', async () => {
    await using database = await createTestDatabase();
    await expect(database.db.transaction(async (tx) => {
      await enqueueJob(tx, job, { name: 'nobody' });
      throw new Error('changed my mind');
    })).rejects.toThrow('changed my mind');
    expect(await waiting(database)).toEqual([]);
  });

  it('runs later by the database’s clock, in a queue, and replaces one with the same key', async () => {
    await using database = await createTestDatabase();
    await enqueueJob(database.db, job, { name: 'first' }, { jobKey: 'greeting', runAt: new Date(Date.now() + 60_000) });
    await enqueueJob(database.db, job, { name: 'second' }, { jobKey: 'greeting', queue: 'greetings', runAt: sql`now() + interval '5 minutes'` });
    expect(await waiting(database)).toEqual([{ task: 'tests.greet', payload: { name: 'second' }, key: 'greeting', queue: 'greetings', seconds: 300 }]);
  });

  it('is refused here when the job could not read it', async () => {
    await using database = await createTestDatabase();
    await expect(enqueueJob(database.db, job, JSON.parse('{"name":7}') as { name: string })).rejects.toThrow(z.ZodError);
    expect(await waiting(database)).toEqual([]);
  });
});

describe('the job queue’s schema', () => {
  it('may be installed by several nodes at once and again, and keeps what waits', async () => {
    await using database = await createTestDatabase();
    await enqueueJob(database.db, job, { name: 'kept' });
    await Promise.all([installJobsSchema(database.url), installJobsSchema(database.url), installJobsSchema(database.url)]);
    expect(await waiting(database)).toHaveLength(1);
  });
});
