import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getConversation } from '@/server/conversations/get-conversation';
import { messages } from '@/server/conversations/tables';
import { aConversation, aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { enterUsage } from '@test/support/ledger';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());

/** Two questions with their answers, each pair of one turn. */
async function twoTurns(workspaceId: string) {
  const conversationId = await aConversation(database.db, { workspaceId, userLabel: 'ann', title: 'One?', said: ['One?', '1', 'Two?', '2'] });
  const turns = [crypto.randomUUID(), crypto.randomUUID()] as const;
  const rows = await database.db.select().from(messages).where(eq(messages.conversationId, conversationId)).orderBy(asc(messages.seq));
  for (const [index, { id }] of rows.entries()) await database.db.update(messages).set({ turnId: turns[index < 2 ? 0 : 1] }).where(eq(messages.id, id));
  return { conversationId, turns };
}

const used = { leg: 'llm' as const, provider: 'openai', model: 'm', inputTokens: 100, outputTokens: 20, cachedTokens: 5, costUsd: '0.0012500000' };

describe('what a conversation used', () => {
  it('is told of each answer, all its requests and its speech together, and of the whole', async () => {
    const workspaceId = await aWorkspace(database.db);
    const { conversationId, turns: [first, second] } = await twoTurns(workspaceId);
    await enterUsage(database.db, [
      { ...used, workspaceId, conversationId, turnId: first },
      { ...used, workspaceId, conversationId, turnId: first },
      { workspaceId, conversationId, turnId: first, leg: 'tts', provider: 'openai', model: 'v', characters: 40, costUsd: '0.0005000000' },
      { ...used, workspaceId, conversationId, turnId: second, costUsd: null },
      { workspaceId, conversationId, leg: 'stt', provider: 'openai', model: 'w', audioSeconds: 2.04, costUsd: '0.1' },
    ]);

    const { messages: said, usage } = await getConversation(database.db, { workspaceId, conversationId });

    expect(said.map((one) => [one.role, one.usage])).toEqual([
      ['user', null], ['assistant', { input_tokens: 200, output_tokens: 40, cached_tokens: 10, cost_usd: 0.003 }],
      ['user', null], ['assistant', { input_tokens: 100, output_tokens: 20, cached_tokens: 5, cost_usd: null }], // nobody knows the price
    ]);
    expect(usage).toEqual({ input_tokens: 300, output_tokens: 60, cached_tokens: 15, stt_seconds: 2, tts_characters: 40 });
  });

  it('is nothing where the ledger has nothing, and never another workspace’s', async () => {
    const [workspaceId, other] = [await aWorkspace(database.db), await aWorkspace(database.db)];
    const { conversationId, turns: [turnId] } = await twoTurns(workspaceId);
    await enterUsage(database.db, [{ ...used, workspaceId: other, conversationId, turnId }]);

    const { messages: said, usage } = await getConversation(database.db, { workspaceId, conversationId });

    expect(said.map((one) => one.usage)).toEqual([null, null, null, null]);
    expect(usage).toEqual({ input_tokens: 0, output_tokens: 0, cached_tokens: 0, stt_seconds: 0, tts_characters: 0 });
  });
});
