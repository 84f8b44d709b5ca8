import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { writeRecords, type StoreRecord } from '@/server/conversations/write-records';
import { newId } from '@/server/platform/ids';
import { getUsageSummary } from '@/server/usage/get-usage-summary';
import { usageTotals, type UsageLeg } from '@/server/usage/tables';
import type { NewUsage } from '@/server/usage';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { enterUsage } from '@test/support/ledger';
import { seedWorkspace } from '@test/support/fakes/scripted-brain';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());

type Seed = Awaited<ReturnType<typeof seedWorkspace>>;
const anAgent = async ({ workspaceId }: Seed): Promise<string> =>
  (await database.db.insert(agents).values({ workspaceId, slug: newId(), name: 'Another' }).returning({ id: agents.id }))[0]!.id;
const usage = (seed: Seed, more: Partial<NewUsage> = {}): NewUsage & { id: string } =>
  ({ id: newId(), workspaceId: seed.workspaceId, conversationId: null, turnId: null, agentId: seed.agentId, leg: 'llm', provider: 'openai', model: 'gpt-4o', inputTokens: 10, outputTokens: 1, ...more });
const write = (...records: Array<NewUsage & { id: string }>) =>
  database.db.transaction((tx) => writeRecords(tx, records.map((row): StoreRecord => ({ type: 'usage', conversationId: null, rows: [row] }))));
const totalsOf = (seed: Seed) => database.db.select().from(usageTotals).where(eq(usageTotals.workspaceId, seed.workspaceId));

describe('the totals of the ledger', () => {
  it('count a record once, however often it is written', async () => {
    const seed = await seedWorkspace(database.db);
    const [one, two] = [usage(seed), usage(seed, { success: false })];

    await write(one, two);
    await write(one, usage(seed, { provider: 'nobody-knows' }));

    const rows = await totalsOf(seed); // two, if a quarter of an hour ended meanwhile
    const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
    expect([sum((row) => row.records), sum((row) => row.failed), sum((row) => row.unpriced), sum((row) => row.inputTokens)]).toEqual([3, 1, 1, 30]);
    expect(sum((row) => Number(row.costUsd))).toBeGreaterThan(0);
  });

  it('are those of each workspace, in a batch of several', async () => {
    const [ours, theirs] = [await seedWorkspace(database.db), await seedWorkspace(database.db)];

    await write(usage(ours), usage(theirs, { inputTokens: 7 }), usage(ours));

    expect((await totalsOf(ours)).reduce((total, { inputTokens }) => total + inputTokens, 0)).toBe(20);
    expect((await totalsOf(theirs)).reduce((total, { inputTokens }) => total + inputTokens, 0)).toBe(7);
  });

  it('lose nothing when many write at once, in whatever order', async () => {
    const seed = await seedWorkspace(database.db);
    const ids = [seed.agentId, await anAgent(seed), await anAgent(seed)];
    const batch = (order: string[]) => write(...order.map((agentId) => usage(seed, { agentId })));

    await Promise.all(Array.from({ length: 24 }, (_, index) => batch(index % 2 === 0 ? ids : [...ids].reverse())));

    const rows = await totalsOf(seed);
    for (const id of ids) expect(rows.filter(({ agentId }) => agentId === id).reduce((total, { records }) => total + records, 0)).toBe(24);
  });
});

describe('a summary from the totals', () => {
  it('is to the record what the ledger says, wherever it begins and ends', async () => {
    const seed = await seedWorkspace(database.db);
    const apiKeyId = newId();
    const legs: UsageLeg[] = ['llm', 'stt', 'tts', 'telephony', 'embedding'];
    const begin = Date.parse('2024-05-01T00:00:00Z');
    await enterUsage(database.db, Array.from({ length: 600 }, (_, index) => ({
      workspaceId: seed.workspaceId, agentId: index % 3 === 0 ? null : seed.agentId, apiKeyId: index % 4 === 0 ? apiKeyId : null, leg: legs[index % 5]!, provider: 'p', model: 'm', userLabel: 'somebody',
      inputTokens: index, outputTokens: 1, audioSeconds: index % 5 === 1 || index % 5 === 3 ? 0.5 : null, characters: index % 5 === 2 ? 10 : null, costUsd: index % 7 === 0 ? null : '0.0000000001',
      success: index % 11 === 0 ? 'no' as const : 'yes' as const, createdAt: new Date(begin + index * 97_000),
    })));
    const summaryOf = (more: Partial<Parameters<typeof getUsageSummary>[1]['input']>) => getUsageSummary(database.db, { workspaceId: seed.workspaceId, input: { group_by: 'day', bucket: 'hour', ...more } });
    const withoutGroups = ({ totals, buckets }: Awaited<ReturnType<typeof summaryOf>>) => ({ totals, buckets: buckets.map(({ groups: _groups, ...figures }) => figures) });

    for (const [from, to] of [['00:00:00', '12:00:00'], ['00:07:31', '11:52:03'], ['03:15:00', '03:29:59.999'], ['03:16:00', '03:20:00'], ['05:44:59', '06:00:01']]) {
      const range = { from: `2024-05-01T${from}Z`, to: `2024-05-01T${to}Z` };
      for (const filter of [{}, { leg: 'llm' as const }, { agent_id: seed.agentId }, { api_key_id: apiKeyId }]) {
        for (const group_by of ['agent', 'api_key', 'leg'] as const) {
          const byTotals = await summaryOf({ ...range, ...filter, group_by });
          const byLedger = await summaryOf({ ...range, ...filter, group_by, user: 'somebody' });
          expect(byTotals).toEqual(byLedger);
        }
        expect(withoutGroups(await summaryOf({ ...range, ...filter, group_by: 'agent' }))).toEqual(withoutGroups(await summaryOf({ ...range, ...filter, group_by: 'user' })));
      }
    }
    const [row] = await database.db.execute<{ count: string }>(sql`select count(*) from usage_totals where workspace_id = ${seed.workspaceId}`);
    expect(Number(row?.count)).toBeLessThan(600);
  });
});
