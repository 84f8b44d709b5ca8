import { EventEmitter, once } from 'node:events';
import { and, eq, sql } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { BudgetGuard, checkBudgets } from '@/server/budgets';
import { readBudgets } from '@/server/budgets/read-budgets';
import { databaseStore } from '@/server/conversations/database-store';
import { systemClock } from '@/server/platform/clock';
import { AppError } from '@/server/platform/errors';
import { insertUsage } from '@/server/usage';
import { apiKeys } from '@/server/auth/tables';
import { budgets, usageRecords, usageTotals, workspacePrices } from '@/server/usage/tables';
import { workspaces } from '@/server/workspaces/tables';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { enterUsage } from '@test/support/ledger';
import { collect, scriptedBrain, seedWorkspace, startTurns } from '@test/support/fakes/scripted-brain';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());

const logger = pino({ level: 'silent' });
const guardOf = (options: { waits?: boolean } = {}) => new BudgetGuard({ db: database.db, clock: systemClock, logger, cacheMs: 0, ...options });
type Seed = Awaited<ReturnType<typeof seedWorkspace>>;

const aBudget = async (seed: Seed, more: Partial<typeof budgets.$inferInsert> = {}) => {
  const [row] = await database.db.insert(budgets).values({ workspaceId: seed.workspaceId, scope: 'workspace', period: 'month', limitUsd: '10', ...more }).returning();
  return row!;
};
const spend = (seed: Seed, costUsd: string | null, more: Partial<typeof usageRecords.$inferInsert> = {}) =>
  enterUsage(database.db, [{ workspaceId: seed.workspaceId, agentId: seed.agentId, leg: 'llm', provider: 'openai', model: 'm', costUsd, ...more }]);
const told = async (seed: Seed) => (await database.db.select().from(auditEvents).where(and(eq(auditEvents.workspaceId, seed.workspaceId), sql`action in ('budget.warn', 'budget.stop')`)).orderBy(auditEvents.at)).map(({ action }) => action);
const stateOf = async (seed: Seed) => (await readBudgets(database.db, seed)).map(({ state }) => state);
const aKey = async (seed: Seed): Promise<string> => {
  const [row] = await database.db.insert(apiKeys).values({ workspaceId: seed.workspaceId, name: 'robot', prefix: 'parley_x', hash: crypto.randomUUID(), role: 'operator', scopes: ['*'] }).returning({ id: apiKeys.id });
  return row!.id;
};

describe('a budget', () => {
  it('warns once, then stops once, and names itself to who is refused', async () => {
    const seed = await seedWorkspace(database.db);
    await aBudget(seed);
    const guard = guardOf();
    await guard.assertMaySpend(seed);
    expect(await stateOf(seed)).toEqual(['ok']);

    await spend(seed, '8');
    await guard.assertMaySpend(seed);
    await guard.assertMaySpend(seed);
    expect(await stateOf(seed)).toEqual(['warned']);
    expect(await told(seed)).toEqual(['budget.warn']);

    await spend(seed, '2.0000000000');
    const refused = await guard.assertMaySpend(seed).catch((error: unknown) => error);
    await guard.assertMaySpend(seed).catch(() => {});
    expect(refused).toMatchObject({ kind: 'quota_exceeded', details: { reason: 'budget', resets_at: expect.stringMatching(/^\d{4}-\d\d-01T0[78]:00:00\.000Z$/) as string }, message: expect.stringMatching(/^The monthly budget of the workspace "Test" is used up\. It begins anew at 00:00 on 1 [A-Z][a-z]+ \d{4} \(America\/Los_Angeles\)\.$/) as string });
    expect((refused as AppError).retryAfterSeconds).toBeGreaterThan(0);
    expect(await told(seed)).toEqual(['budget.warn', 'budget.stop']);
  });

  it('that only warns stops nothing', async () => {
    const seed = await seedWorkspace(database.db);
    await aBudget(seed, { stops: false });
    await spend(seed, '100');

    await guardOf().assertMaySpend(seed);

    expect(await stateOf(seed)).toEqual(['warned']);
    expect(await told(seed)).toEqual(['budget.warn']);
  });

  it('begins anew with the period, and may warn again', async () => {
    const seed = await seedWorkspace(database.db);
    const { id } = await aBudget(seed, { period: 'day' });
    const { start } = (await readBudgets(database.db, seed))[0]!;
    const yesterday = new Date(start.getTime() - 1);
    await spend(seed, '100', { createdAt: yesterday });
    await database.db.update(budgets).set({ warnedFor: new Date(start.getTime() - 86_400_000), stoppedFor: new Date(start.getTime() - 86_400_000) }).where(eq(budgets.id, id));

    await guardOf().assertMaySpend(seed);
    expect(await stateOf(seed)).toEqual(['ok']);

    await spend(seed, '100', { createdAt: start });
    await expect(guardOf().assertMaySpend(seed)).rejects.toMatchObject({ kind: 'quota_exceeded' });
    expect(await told(seed)).toEqual(['budget.stop']);
  });

  it('counts from midnight of the workspace’s time zone', async () => {
    const seed = await seedWorkspace(database.db);
    await aBudget(seed, { period: 'day' });
    for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu']) {
      await database.db.update(workspaces).set({ timeZone }).where(eq(workspaces.id, seed.workspaceId));
      await database.db.delete(usageTotals).where(eq(usageTotals.workspaceId, seed.workspaceId));
      const { start, end } = (await readBudgets(database.db, seed))[0]!;
      expect(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(start)).toBe('00:00');
      expect([start.getTime() <= Date.now(), end.getTime() > Date.now()]).toEqual([true, true]);
      await spend(seed, '3', { createdAt: new Date(start.getTime() - 1) });
      await spend(seed, '4', { createdAt: start });
      expect((await readBudgets(database.db, seed))[0]!.spentUsd).toBe(4);
    }
  });

  it('of an agent or a key is theirs alone', async () => {
    const seed = await seedWorkspace(database.db);
    const apiKeyId = await aKey(seed);
    await aBudget(seed, { scope: 'agent', agentId: seed.agentId, period: 'day' });
    await aBudget(seed, { scope: 'api_key', apiKeyId, limitUsd: '1' });
    const other = crypto.randomUUID();
    const guard = guardOf();

    await spend(seed, '5', { agentId: other, apiKeyId });
    await expect(guard.assertMaySpend({ workspaceId: seed.workspaceId, agentId: other, apiKeyId })).rejects.toThrow('The monthly budget of the API key "robot" is used up.');
    await guard.assertMaySpend({ workspaceId: seed.workspaceId, agentId: seed.agentId });

    await spend(seed, '10');
    await expect(guard.assertMaySpend({ workspaceId: seed.workspaceId, agentId: seed.agentId })).rejects.toThrow('The daily budget of the agent "Assistant" is used up.');
    await guard.assertMaySpend({ workspaceId: seed.workspaceId, agentId: other });
  });

  it('counts what has no price beside it, not in it', async () => {
    const seed = await seedWorkspace(database.db);
    await aBudget(seed);
    await spend(seed, null);
    await spend(seed, '1');

    expect(await readBudgets(database.db, seed)).toMatchObject([{ spentUsd: 1, unpricedRecords: 1, state: 'ok' }]);
  });

  it('is announced by the worker when nobody asks any more', async () => {
    const seed = await seedWorkspace(database.db);
    await aBudget(seed);
    await spend(seed, '9');

    const deps = { db: database.db, logger } as Parameters<typeof checkBudgets.handle>[1];
    await checkBudgets.handle(undefined, deps);
    await checkBudgets.handle(undefined, deps);

    expect(await told(seed)).toEqual(['budget.warn']);
  });

  it('stops twenty turns at once and says so once', async () => {
    const seed = await seedWorkspace(database.db);
    await aBudget(seed);
    await spend(seed, '11');

    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => guardOf().assertMaySpend(seed))); // as many processes

    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await told(seed)).toEqual(['budget.stop']);
  });
});

describe('the guard', () => {
  it('of live audio answers with what it knows, and looks behind', async () => {
    const seed = await seedWorkspace(database.db);
    await aBudget(seed);
    await spend(seed, '11');
    const guard = guardOf({ waits: false });

    await guard.assertMaySpend(seed); // nothing is known yet: nobody is kept waiting
    await expect.poll(() => guard.assertMaySpend(seed).then(() => 'may', (error: AppError) => error.kind)).toBe('quota_exceeded');
  });

  it('asks the database no more than it must, and lets turns begin when that is away', async () => {
    const seed = await seedWorkspace(database.db);
    let asked = 0;
    const db = new Proxy(database.db, { get: (target, name, receiver) => { if (name === 'select') { asked++; throw new AppError('unavailable', 'away'); } return Reflect.get(target, name, receiver) as unknown; } });
    const guard = new BudgetGuard({ db, clock: systemClock, logger, cacheMs: 60_000 });

    await Promise.all([guard.assertMaySpend(seed), guard.assertMaySpend(seed), guard.assertMaySpend(seed)]);

    expect(asked).toBe(1);
  });
});

describe('the guard that asks', () => {
  it('hears of what is spent while it looks', async () => {
    const seed = await seedWorkspace(database.db);
    await aBudget(seed);
    let asked = 0;
    const looking = new EventEmitter();
    const seen = once(looking, 'seen');
    const over = once(looking, 'over');
    const db = new Proxy(database.db, {
      get: (target, name) => (name !== 'execute' ? Reflect.get(target, name, target) as unknown : async (query: Parameters<typeof target.execute>[0]) => {
        const rows = await target.execute(query);
        if (++asked === 1) { looking.emit('seen'); await over; }
        return rows;
      }),
    });
    const guard = new BudgetGuard({ db, clock: systemClock, logger, cacheMs: 60_000 });

    const early = guard.assertMaySpend(seed);
    await seen;
    await spend(seed, '11');
    guard.spent(seed.workspaceId);
    const late = guard.assertMaySpend(seed);
    looking.emit('over');

    await early.catch(() => {}); // it may know either
    await expect(late).rejects.toMatchObject({ kind: 'quota_exceeded' });
    expect(asked).toBe(2);
  });
});

describe('a turn over its budget', () => {
  it('is refused before the model is asked, with the question kept and the reply marked', async () => {
    const seed = await seedWorkspace(database.db);
    await database.db.insert(workspacePrices).values({ workspaceId: seed.workspaceId, leg: 'llm', provider: 'scripted', inputPerMillion: '1000000', outputPerMillion: '1000000' });
    await aBudget(seed, { limitUsd: '1' });
    const brain = scriptedBrain(database.db, { talks: { replies: [{ steps: [{ text: 'Dear words.' }] }] } });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'scripted/talks' });

    const first = await collect(brain.runTurn(turn('One')));
    const second = await collect(brain.runTurn(turn('Two')));

    expect(first.text).toBe('Dear words.');
    expect(second.error).toMatchObject({ kind: 'quota_exceeded' });
    expect(second.text).toBe('');
    expect(await database.db.$count(usageRecords, eq(usageRecords.conversationId, conversationId))).toBe(1);
    expect((await databaseStore(database.db).history(conversationId)).map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  it('may begin again as soon as the limit is raised', async () => {
    const seed = await seedWorkspace(database.db);
    const { id } = await aBudget(seed, { limitUsd: '1' });
    const guard = guardOf();
    await database.db.transaction((tx) => insertUsage(tx, [{ workspaceId: seed.workspaceId, conversationId: null, turnId: null, agentId: null, leg: 'llm', provider: 'openai', model: 'gpt-4.1-mini', inputTokens: 10_000_000, outputTokens: 0 }]));
    await expect(guard.assertMaySpend(seed)).rejects.toMatchObject({ kind: 'quota_exceeded' });

    await database.db.update(budgets).set({ limitUsd: '100' }).where(eq(budgets.id, id));

    await guard.assertMaySpend(seed);
  });
});
