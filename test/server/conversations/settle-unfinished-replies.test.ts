import { and, asc, count, eq, sql, sum } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findConversations as findAiConversations } from '@/server/ai/find-conversations';
import { getConversation as getAiConversation } from '@/server/ai/get-conversation';
import type { Principal } from '@/server/auth/principal';
import { findConversations } from '@/server/conversations/find-conversations';
import { getConversation } from '@/server/conversations/get-conversation';
import { settleReplies, settleUnfinishedReplies } from '@/server/conversations/jobs/settle-unfinished-replies';
import { registerReplyMetrics } from '@/server/conversations/register-reply-metrics';
import type { ConversationStore, ReplyCheckpoint } from '@/server/conversations/store';
import { conversations, messages } from '@/server/conversations/tables';
import { AppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';
import { createMetrics } from '@/server/platform/metrics';
import { deleteConversations } from '@/server/privacy/delete-conversations';
import { getStats } from '@/server/stats/get-stats';
import { usageRecords, usageTotals } from '@/server/usage/tables';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { collect, scriptedBrain, seedWorkspace, startTurns } from '@test/support/fakes/scripted-brain';
import { jobContext } from '@test/support/job-context';

let database: TestDatabase;
let seed: { workspaceId: string; agentId: string };
beforeAll(async () => {
  database = await createTestDatabase();
  seed = await seedWorkspace(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

const SCRIPTS = {
  story: { replies: [{ steps: [{ text: 'Once upon a time.' }] }] },
  sums: { replies: [{ after: 'user' as const, steps: [{ text: 'Let me see.' }, { toolCall: { name: 'CALC', args: { expression: '1+1' } } }] }, { steps: [{ text: 'It is two.' }] }] },
};
const stored = (conversationId: string) => database.db.select().from(messages).where(eq(messages.conversationId, conversationId)).orderBy(asc(messages.seq));
const usageOf = (conversationId: string) => database.db.select().from(usageRecords).where(eq(usageRecords.conversationId, conversationId)).orderBy(asc(usageRecords.inputTokens));
const everybodyIsGone = () => settleUnfinishedReplies(database.db, { goneMs: 0 });

/** A turn that has said its first word and was put down once; it goes on when it is read on. */
async function inTheMiddle(script: keyof typeof SCRIPTS, { seed: of = seed, everyMs = 3_600_000, store = {} }: { seed?: typeof seed; everyMs?: number; store?: Partial<ConversationStore> } = {}) {
  const brain = scriptedBrain(database.db, SCRIPTS, { limits: { checkpointAfterMs: 1, checkpointEveryMs: everyMs } });
  const checkpoint = vi.fn((one: ReplyCheckpoint) => brain.store.checkpoint(one));
  const { conversationId, turn } = await startTurns({ ...brain.store, checkpoint, ...store }, of, { model: `scripted/${script}` });
  const events = brain.runTurn(turn('A story?'));
  await events.next();
  await expect.poll(async () => (await stored(conversationId))[1]?.checkpointedAt, { interval: 5 }).toBeInstanceOf(Date);
  return { conversationId, events, checkpoint };
}

describe('a reply whose writer is gone', () => {
  it('stays as far as it came, and what is due for it is entered, once', async () => {
    const { conversationId, events } = await inTheMiddle('story');
    expect(await usageOf(conversationId)).toEqual([]);

    const settled = await Promise.all([everybodyIsGone(), everybodyIsGone(), everybodyIsGone()]);

    expect(settled.sort()).toEqual([0, 0, 1]);
    expect((await stored(conversationId))[1]).toMatchObject({
      content: 'Once', status: 'interrupted', provider: 'scripted', model: 'story', checkpointedAt: null, checkpointUsage: null,
      metadata: { error: { kind: 'unavailable', message: 'Parley was stopped while it answered.' } },
    });
    const [row, ...others] = await usageOf(conversationId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ leg: 'llm', provider: 'scripted', model: 'story', agentId: seed.agentId, estimated: true, success: 'yes', costUsd: '0.0000000000' });
    expect(row!.inputTokens!).toBeGreaterThan(0);
    expect(row!.outputTokens!).toBeGreaterThan(0);
    await events.return(undefined);
  });

  it('is not told before, and is counted alike everywhere', async () => {
    const own = await seedWorkspace(database.db);
    const { workspaceId } = own;
    const { conversationId, events } = await inTheMiddle('story', { seed: own });
    const principal: Principal = { kind: 'api_key', id: newId(), workspaceId, role: 'operator', scopes: ['*'], label: 'a key' };
    const told = async () => {
      const options = { workspaceId, conversationId, principal, userLabel: 'api-user' };
      const listed = (await findAiConversations(database.db, { principal, userLabel: 'api-user', limit: 50 })).find(({ id }) => id === conversationId);
      const [whole, ai] = [await getConversation(database.db, options), await getAiConversation(database.db, options)];
      const found = async (q?: string) => (await findConversations(database.db, { workspaceId, filter: { limit: 50, offset: 0, q } })).conversations.map(({ message_count }) => message_count);
      const { totals } = await getStats(database.db, { workspaceId, filter: {}, now: new Date(Date.now() + 60_000) });
      return [
        whole.messages.map(({ content }) => content), whole.message_count, ai.messages.length, ai.message_count, listed?.message_count,
        await found(), await found('Once'), await found('nce'), await found('?'), totals.turns,
      ];
    };

    const before = await told();
    await everybodyIsGone();

    expect(before).toEqual([['A story?'], 1, 1, 1, 1, [1], [], [], [1], 0]);
    expect(await told()).toEqual([['A story?', 'Once'], 2, 2, 2, 2, [2], [2], [], [2], 1]);
    await events.return(undefined);
  });

  it('is one that nobody renewed for longer than a turn can take', async () => {
    const { conversationId, events } = await inTheMiddle('story');
    const context = jobContext({ db: database.db });
    const grown = async (by: string) => {
      await database.db.update(messages).set({ checkpointedAt: sql`now() - ${by}::interval` }).where(and(eq(messages.conversationId, conversationId), eq(messages.role, 'assistant')));
      await settleReplies.handle({}, context);
      return (await stored(conversationId))[1]?.checkpointedAt;
    };

    const young = await grown('120 seconds');
    const old = await grown('151 seconds');

    expect(young).toBeInstanceOf(Date);
    expect(old).toBeNull();
    await events.return(undefined);
  });

  it('may be one of many', async () => {
    const { conversationId, events } = await inTheMiddle('story');
    await events.return(undefined);
    await database.db.execute(sql`
      INSERT INTO messages (id, workspace_id, conversation_id, seq, turn_id, role, content, status, checkpointed_at, checkpoint_usage)
      SELECT gen_random_uuid(), ${seed.workspaceId}, ${conversationId}, n, gen_random_uuid(), 'assistant', 'Half', 'interrupted', now() - interval '3 minutes',
        jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'workspaceId', ${seed.workspaceId}::text, 'conversationId', ${conversationId}::text, 'leg', 'llm', 'provider', 'scripted', 'model', 'many', 'inputTokens', 1))
      FROM generate_series(3, 252) n`);

    expect(await settleUnfinishedReplies(database.db)).toBe(250);

    expect(await database.db.select({ n: count(), tokens: sum(usageRecords.inputTokens).mapWith(Number) }).from(usageRecords).where(eq(usageRecords.model, 'many'))).toEqual([{ n: 250, tokens: 250 }]);
  });
});

describe('a writer that was only frozen', () => {
  it('has the last word, and is not paid for twice', async () => {
    const own = await seedWorkspace(database.db);
    const { conversationId, events } = await inTheMiddle('story', { seed: own });
    await everybodyIsGone();
    const [estimate] = await usageOf(conversationId);

    const { error } = await collect(events);

    expect(error).toBeUndefined();
    const [, reply] = await stored(conversationId);
    expect(reply).toMatchObject({ content: 'Once upon a time.', status: 'complete', checkpointedAt: null });
    expect(reply!.metadata).not.toHaveProperty('error');
    const [{ inputTokens, outputTokens }, ...others] = await usageOf(conversationId) as [typeof usageRecords.$inferSelect];
    expect(others).toEqual([]);
    expect(outputTokens).toBeGreaterThan(estimate!.outputTokens!); // what was counted, and no longer the estimate of its first word
    const { records, inputTokens: totalIn, outputTokens: totalOut } = usageTotals;
    expect(await database.db.select({ records, totalIn, totalOut }).from(usageTotals).where(eq(usageTotals.workspaceId, own.workspaceId))).toEqual([{ records: 1, totalIn: inputTokens, totalOut: outputTokens }]);
    expect(await everybodyIsGone()).toBe(0);
  });

  it('pays for what it asked afterwards', async () => {
    const { conversationId, events } = await inTheMiddle('sums');
    await everybodyIsGone();

    await collect(events);

    expect((await stored(conversationId))[1]).toMatchObject({ content: 'Let me see. It is two.', status: 'complete' });
    expect((await usageOf(conversationId)).map(({ estimated }) => estimated)).toEqual([false, false]);
  });

  it('does not begin anew to put down what has been settled', async () => {
    const { conversationId, events, checkpoint } = await inTheMiddle('story', { everyMs: 5 });
    await expect.poll(everybodyIsGone, { interval: 1 }).toBe(1); // between two of them
    const calls = checkpoint.mock.calls.length;
    await expect.poll(() => checkpoint.mock.calls.length).toBeGreaterThan(calls + 2);

    expect((await stored(conversationId))[1]).toMatchObject({ status: 'interrupted', checkpointedAt: null });
    await events.return(undefined);
  });
});

describe('a turn that goes on', () => {
  it('comes to its end with every request as the provider counted it', async () => {
    const { conversationId, events } = await inTheMiddle('sums', { everyMs: 5 });

    await collect(events);

    expect((await stored(conversationId))[1]).toMatchObject({ content: 'Let me see. It is two.', status: 'complete', checkpointedAt: null, checkpointUsage: null });
    expect((await usageOf(conversationId)).map(({ estimated }) => estimated)).toEqual([false, false]);
  });

  it('is never put down when it is short', async () => {
    const brain = scriptedBrain(database.db, SCRIPTS);
    const checkpoint = vi.fn((one: ReplyCheckpoint) => brain.store.checkpoint(one));
    const { turn } = await startTurns({ ...brain.store, checkpoint }, seed, { model: 'scripted/story' });

    expect((await collect(brain.runTurn(turn('A story?')))).error).toBeUndefined();

    expect(checkpoint).not.toHaveBeenCalled();
  });

  it('stays as it was last put down when what it used cannot be entered, which is due all the same', async () => {
    const addUsage = () => Promise.reject(new AppError('unavailable', 'The database is busy'));
    const { conversationId, events } = await inTheMiddle('story', { store: { addUsage } });

    const { error } = await collect(events);
    const left = (await stored(conversationId))[1];
    await everybodyIsGone();

    expect((error as AppError).kind).toBe('unavailable');
    expect(left).toMatchObject({ content: 'Once', status: 'interrupted', checkpointUsage: [{ estimated: true }] });
    expect((await stored(conversationId))[1]).toMatchObject({ content: 'Once', checkpointedAt: null });
    expect(await usageOf(conversationId)).toMatchObject([{ estimated: true }]);
  });

  it.each([false, true])('leaves what is due for it when its conversation is deleted, and what was counted when it ends (forgetting: %s)', async (forgetting) => {
    const own = await seedWorkspace(database.db);
    const { conversationId, events } = await inTheMiddle('story', { seed: own });
    const ledger = () => database.db.select().from(usageRecords).where(eq(usageRecords.workspaceId, own.workspaceId));

    await deleteConversations(database.db, { where: eq(conversations.workspaceId, own.workspaceId), forgetting });
    const due = await ledger();
    await collect(events);
    const paid = await ledger();

    const whose = forgetting ? { conversationId: null, turnId: null, userLabel: null } : { conversationId };
    expect(due).toMatchObject([{ estimated: true, agentId: own.agentId, ...whose }]);
    expect(paid).toMatchObject([{ id: due[0]!.id, estimated: false, ...whose }]);
    expect(paid[0]!.outputTokens).toBeGreaterThan(due[0]!.outputTokens!);
  });

  it('is paid for once when its conversation is deleted in the middle', async () => {
    const { conversationId, events, checkpoint } = await inTheMiddle('story', { everyMs: 5 });
    await database.db.delete(conversations).where(eq(conversations.id, conversationId));
    const calls = checkpoint.mock.calls.length;
    await expect.poll(() => checkpoint.mock.calls.length).toBeGreaterThan(calls + 2);

    const { error } = await collect(events);

    await Promise.all(checkpoint.mock.results.map(({ value }) => value as Promise<void>)); // none of them failed
    expect((error as AppError).kind).toBe('not_found');
    expect(await stored(conversationId)).toEqual([]);
    expect(await usageOf(conversationId)).toMatchObject([{ estimated: false }]);
  });
});

it('operators see how many replies are unfinished', async () => {
  await using own = await createTestDatabase();
  const { workspaceId, agentId } = await seedWorkspace(own.db);
  const { store } = scriptedBrain(own.db);
  const { conversationId } = await startTurns(store, { workspaceId, agentId });
  const half = () => ({ id: newId(), workspaceId, conversationId, turnId: newId(), role: 'assistant' as const, content: 'Half' });
  const old = half();
  for (const message of [old, half(), half()]) await store.checkpoint({ message, usage: [] });
  await own.db.update(messages).set({ checkpointedAt: sql`now() - interval '3 minutes'` }).where(eq(messages.id, old.id));
  const registry = createMetrics('web');
  registerReplyMetrics(registry, own.db);

  const shown = async () => (await registry.metrics()).match(/parley_replies_unfinished\{.*\} \d+/g)?.map((line) => line.replace(/.*state="(\w+)".*\} (\d+)/, '$1 $2')).sort();

  await expect.poll(shown).toEqual(['abandoned 1', 'growing 2']);
});
