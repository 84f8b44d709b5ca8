import { randomUUID } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import pino from 'pino';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callEvents, calls, LIVE_CALL_STATES } from '@/server/calls/tables';
import { deleteOldCalls } from '@/server/privacy/jobs/delete-old-calls';
import { webhookAttempts, webhookDeliveries } from '@/server/webhooks/tables';
import { JOBS } from '@/server/worker/jobs';
import { workspaces } from '@/server/workspaces/tables';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { anEndedCall } from '@test/support/ended-call';
import { jobContext } from '@test/support/job-context';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

async function keeping(retentionDays: number | null): Promise<string> {
  const id = await aWorkspace(database.db);
  await database.db.update(workspaces).set({ retentionDays }).where(eq(workspaces.id, id));
  return id;
}

async function run(): Promise<string> {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, new Writable({ write(chunk: Buffer, _encoding, done) { lines.push(chunk.toString()); done(); } }));
  await deleteOldCalls.handle({}, jobContext({ db: database.db, logger }));
  return lines.join('');
}

const left = async (ids: string[]) => new Set((await database.db.select({ id: calls.id }).from(calls).where(inArray(calls.id, ids))).map(({ id }) => id));
const times = (queued: number, ended = queued) => ({ queuedAt: daysAgo(queued), endedAt: daysAgo(ended) });

describe('retention of calls', () => {
  it('deletes what ended longer ago than the workspace keeps, with events, webhooks and tries, and nothing else', async () => {
    const { db } = database;
    const workspaceId = await keeping(30);
    const old: string[] = [];
    for (let index = 0; index < 23; index++) old.push(await anEndedCall(db, { workspaceId, conversationId: randomUUID(), ...times(31) }));
    old.push(await anEndedCall(db, { workspaceId, webhook: 'failed', ...times(40) }));
    const kept = [
      await anEndedCall(db, { workspaceId, ...times(29) }),
      await anEndedCall(db, { workspaceId, ...times(31, 29) }),
      await anEndedCall(db, { workspaceId, webhook: 'pending', ...times(31) }),
      await anEndedCall(db, { workspaceId: await keeping(null), ...times(4_000) }),
      await anEndedCall(db, { workspaceId: await keeping(365), ...times(31) }),
    ];
    for (const state of LIVE_CALL_STATES) kept.push(await anEndedCall(db, { workspaceId, state, ...times(400) }));

    const log = await run();

    expect(await left(old)).toEqual(new Set());
    expect(await left(kept)).toEqual(new Set(kept));
    expect(await db.$count(callEvents)).toBe(kept.length);
    expect(await db.$count(webhookDeliveries)).toBe(kept.length);
    expect(await db.$count(webhookAttempts)).toBe(kept.length);
    expect(JSON.parse(log)).toMatchObject({ workspaceId, retentionDays: 30, calls: 24 });
    expect(log).not.toContain('secret');
    expect(await run()).toBe('');
  });

  it('is a job of every hour', () => {
    expect(JOBS).toContain(deleteOldCalls);
    expect(deleteOldCalls.cron).toMatch(/^\d+ \* \* \* \*$/);
  });
});
