import { eq, inArray } from 'drizzle-orm';
import pino from 'pino';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversations } from '@/server/conversations/tables';
import { deleteOldConversations } from '@/server/privacy/jobs/delete-old-conversations';
import { usageRecords } from '@/server/usage/tables';
import { JOBS } from '@/server/worker/jobs';
import { workspaces } from '@/server/workspaces/tables';
import { aConversation, aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
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
  await deleteOldConversations.handle({}, jobContext({ db: database.db, logger }));
  return lines.join('');
}

const left = async (ids: string[]) => new Set((await database.db.select({ id: conversations.id }).from(conversations).where(inArray(conversations.id, ids))).map(({ id }) => id));

describe('retention', () => {
  it('deletes what ended longer ago than the workspace keeps, and nothing else', async () => {
    const workspaceId = await keeping(30);
    const forever = await keeping(null);
    const old = [];
    for (let index = 0; index < 25; index++) old.push(await aConversation(database.db, { workspaceId, updatedAt: daysAgo(31), said: ['old words', 'x'] }));
    const kept = [
      await aConversation(database.db, { workspaceId, updatedAt: daysAgo(29) }),
      await aConversation(database.db, { workspaceId, updatedAt: daysAgo(400), status: 'active' }),
      await aConversation(database.db, { workspaceId: forever, updatedAt: daysAgo(4_000) }),
      await aConversation(database.db, { workspaceId: await keeping(365), updatedAt: daysAgo(31) }),
    ];
    await database.db.insert(usageRecords).values({ workspaceId, conversationId: old[0]!, leg: 'llm', provider: 'p', model: 'm' });

    const log = await run();

    expect(await left(old)).toEqual(new Set());
    expect(await left(kept)).toEqual(new Set(kept));
    expect(await database.db.$count(usageRecords, eq(usageRecords.conversationId, old[0]!))).toBe(1); // the ledger keeps what it cost
    expect(JSON.parse(log)).toMatchObject({ workspaceId, retentionDays: 30, conversations: 25, messages: 50 });
    expect(log).not.toContain('old words');
  });

  it('changes nothing when it runs again', async () => {
    expect(await run()).toBe('');
  });

  it('is a job of every hour', () => {
    expect(JOBS).toContain(deleteOldConversations);
    expect(deleteOldConversations.cron).toMatch(/^\d+ \* \* \* \*$/);
  });
});
