import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageRecords, workspacePrices } from '@/server/usage/tables';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { collect, scriptedBrain, seedWorkspace, startTurns } from '@test/support/fakes/scripted-brain';

let database: TestDatabase;
let seed: { workspaceId: string; agentId: string };
beforeAll(async () => {
  database = await createTestDatabase();
  seed = await seedWorkspace(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

const usageOf = (conversationId: string) => database.db.select().from(usageRecords).where(eq(usageRecords.conversationId, conversationId)).orderBy(asc(usageRecords.inputTokens));
const calc = (expression: string) => ({ toolCall: { name: 'CALC', args: { expression } } });

describe('the ledger of a turn', () => {
  it('has a row for each request to the model, and the turn’s own figures are their sum', async () => {
    const brain = scriptedBrain(database.db, { two: { replies: [{ after: 'user', steps: [{ text: 'Let me see.' }, calc('2+2')] }, { steps: [{ text: 'It is four.' }] }] } });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'scripted/two' });
    const billing = { channel: 'chat' as const, userLabel: 'ann', userId: null, apiKeyId: crypto.randomUUID() };

    const { events } = await collect(brain.runTurn(turn('Two and two?', { billing })));

    const rows = await usageOf(conversationId);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toMatchObject({ leg: 'llm', provider: 'scripted', model: 'two', success: 'yes', channel: 'chat', userLabel: 'ann', apiKeyId: billing.apiKeyId, agentId: seed.agentId, costUsd: '0.0000000000', priceVersion: 'local' });
    expect(rows[1]!.inputTokens!).toBeGreaterThan(rows[0]!.inputTokens!); // what was said before goes along again
    const final = events.at(-1);
    expect(final?.type === 'final' && final.usage).toEqual({
      inputTokens: rows[0]!.inputTokens! + rows[1]!.inputTokens!, outputTokens: rows[0]!.outputTokens! + rows[1]!.outputTokens!, cachedTokens: 0,
    });
  });

  it('counts requests up to the last step that may be, and none beyond', async () => {
    const brain = scriptedBrain(database.db, { loops: { replies: [{ steps: [calc('1')] }] } }, { limits: { maxSteps: 3 } });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'scripted/loops' });

    await collect(brain.runTurn(turn('Go')));

    expect((await usageOf(conversationId)).map(({ success }) => success).sort()).toEqual(['no', 'yes', 'yes']);
  });

  it('estimates what was broken off, and what was read without an answer', async () => {
    const brain = scriptedBrain(database.db, { dies: { replies: [{ steps: [{ text: 'The answer is' }, { fail: { message: 'gone' } }] }] } });
    const hasty = scriptedBrain(database.db, { hangs: { replies: [{ steps: [{ hang: true }] }] } }, { limits: { firstTokenMs: 50 } });
    const died = await startTurns(brain.store, seed, { model: 'scripted/dies' });
    const hung = await startTurns(hasty.store, seed, { model: 'scripted/hangs' });

    await collect(brain.runTurn(died.turn('Well?')));
    await collect(hasty.runTurn(hung.turn('Well?')));

    const [first] = await usageOf(died.conversationId);
    expect(first).toMatchObject({ success: 'no', estimated: true, costUsd: '0.0000000000' });
    expect(first!.inputTokens).toBeGreaterThan(0);
    expect(first!.outputTokens).toBeGreaterThan(0);
    const [second] = await usageOf(hung.conversationId);
    expect(second).toMatchObject({ success: 'no', estimated: true, outputTokens: 0 });
    expect(second!.inputTokens).toBeGreaterThan(0);
  });

  it('has no tokens for a request that was refused', async () => {
    const brain = scriptedBrain(database.db, { refuses: { replies: [{ steps: [{ fail: { status: 401 } }] }] } });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'scripted/refuses' });

    const { error } = await collect(brain.runTurn(turn('Well?')));

    expect(error).toBeDefined();
    expect(await usageOf(conversationId)).toMatchObject([{ success: 'no', inputTokens: 0, outputTokens: 0, estimated: false }]);
  });

  it('has the workspace’s own price, the newest that has begun', async () => {
    const own = await seedWorkspace(database.db);
    const price = (inputPerMillion: string, startsAt: Date) => ({ workspaceId: own.workspaceId, leg: 'llm' as const, provider: 'scripted', model: 'priced', inputPerMillion, outputPerMillion: '0', startsAt });
    await database.db.insert(workspacePrices).values([
      price('1000000', new Date(Date.now() - 86_400_000)), price('3000000', new Date(Date.now() - 3_600_000)), price('9000000', new Date(Date.now() + 3_600_000)),
    ]);
    const brain = scriptedBrain(database.db, { priced: { replies: [{ steps: [{ text: 'Yes.' }] }] } });
    const { conversationId, turn } = await startTurns(brain.store, own, { model: 'scripted/priced' });

    await collect(brain.runTurn(turn('Well?')));

    const [row] = await usageOf(conversationId);
    expect(row).toMatchObject({ priceVersion: 'workspace' });
    expect(Number(row!.costUsd)).toBe(row!.inputTokens! * 3);
  });
});
