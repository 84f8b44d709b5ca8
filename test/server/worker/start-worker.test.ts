import { randomUUID } from 'node:crypto';
import { makeWorkerUtils } from 'graphile-worker';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { deleteExpiredSignIns } from '@/server/auth/jobs/delete-expired-sign-ins';
import { signIns } from '@/server/auth/tables';
import { workerCheck } from '@/server/health/checks';
import { nodes } from '@/server/nodes/tables';
import { loadConfig } from '@/server/platform/config';
import { releaseDeadWorkers } from '@/server/worker/release-dead-workers';
import { startWorker } from '@/server/worker/start-worker';
import { aSignedInUser, aWorkspace } from '@test/support/builders';
import { createTestDatabase } from '@test/support/database';
import { silentLogger } from '@test/support/fakes/scripted-brain';

const DAY_MS = 86_400_000;
const { signal } = new AbortController();

describe('the worker', () => {
  it('runs a job that was enqueued, holds a lease meanwhile, and leaves nothing behind', async () => {
    await using database = await createTestDatabase();
    const workspaceId = await aWorkspace(database.db);
    const old = await aSignedInUser(database.db, { workspaceId, role: 'viewer', expiresAt: new Date(Date.now() - 31 * DAY_MS) });
    const recent = await aSignedInUser(database.db, { workspaceId, role: 'viewer', expiresAt: new Date(Date.now() - 29 * DAY_MS) });
    const fatal: unknown[] = [];
    await expect(workerCheck(database.sql)(signal)).rejects.toThrow('no worker holds a lease');

    const worker = await startWorker({ config: loadConfig({ NODE_ENV: 'test', DATABASE_URL: database.url }), logger: silentLogger, onFatal: (error) => fatal.push(error) });
    await workerCheck(database.sql)(signal);
    await database.db.execute(sql`SELECT graphile_worker.add_job(${deleteExpiredSignIns.name})`);

    const left = async (id: string) => (await database.db.select().from(signIns).where(eq(signIns.id, id))).length;
    await vi.waitFor(async () => expect(await left(old.signInId)).toBe(0), { timeout: 60_000, interval: 50 });
    expect(await left(recent.signInId)).toBe(1);
    await worker.close();
    expect(await database.db.select().from(nodes)).toEqual([]);
    expect(fatal).toEqual([]);
  });
});

describe('jobs of a worker that died', () => {
  it('are free again, those of a live one and those just taken are not', async () => {
    await using database = await createTestDatabase();
    const { db } = database;
    const utils = await makeWorkerUtils({ connectionString: database.url });
    await utils.migrate();
    await db.insert(nodes).values({ id: randomUUID(), kind: 'worker', address: '', workerIds: ['worker-live'], leaseExpiresAt: sql`now() + interval '1 hour'` });
    await db.insert(nodes).values({ id: randomUUID(), kind: 'worker', address: '', workerIds: ['worker-dead'], leaseExpiresAt: sql`now() - interval '1 second'` });
    for (const [name, age] of [['worker-live', '5 minutes'], ['worker-dead', '5 minutes'], ['worker-new', '5 seconds']] as const) {
      const { id } = await utils.addJob('nothing', {});
      await db.execute(sql`UPDATE graphile_worker._private_jobs SET locked_by = ${name}, locked_at = now() - ${age}::interval WHERE id = ${id}`);
    }

    expect(await releaseDeadWorkers(db, utils)).toEqual(['worker-dead']);

    const locked = await db.execute<{ locked_by: string }>(sql`SELECT locked_by FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL ORDER BY 1`);
    expect(locked.map((row) => row.locked_by)).toEqual(['worker-live', 'worker-new']);
    expect(await releaseDeadWorkers(db, utils)).toEqual([]);
    await utils.release();
  });
});
