import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseStore } from '@/server/conversations/database-store';
import type { ConversationStore, NewMessage } from '@/server/conversations/store';
import { conversations, messages, type MessageMetadata } from '@/server/conversations/tables';
import { WriteBehindStore } from '@/server/conversations/write-behind-store';
import { newId } from '@/server/platform/ids';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { seedWorkspace, silentLogger, startTurns } from '@test/support/fakes/scripted-brain';

let database: TestDatabase;
let seed: { workspaceId: string; agentId: string };
beforeAll(async () => {
  database = await createTestDatabase();
  seed = await seedWorkspace(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

const stored = (conversationId: string) => database.db.select().from(messages).where(eq(messages.conversationId, conversationId)).orderBy(asc(messages.seq));
const conversation = async (id: string) => (await database.db.select().from(conversations).where(eq(conversations.id, id)))[0];
const replyIn = (conversationId: string, content: string, over: Partial<NewMessage> = {}): NewMessage =>
  ({ id: newId(), workspaceId: seed.workspaceId, conversationId, turnId: newId(), role: 'assistant', provider: 'scripted', model: 'm', content, ...over });
const dueFor = ({ conversationId, turnId }: NewMessage, outputTokens: number) =>
  ({ id: newId(), workspaceId: seed.workspaceId, conversationId, turnId, agentId: seed.agentId, leg: 'llm' as const, provider: 'scripted', model: 'm', inputTokens: 5, outputTokens });

const behind = () => {
  const store = new WriteBehindStore({ db: database.db, maxQueued: 5_000, logger: silentLogger });
  return { store, flush: () => store.flush({ timeoutMs: 120_000 }) };
};
const through = () => ({ store: databaseStore(database.db) as ConversationStore, flush: () => Promise.resolve() });

describe.each([['written through', through], ['written behind', behind]])('a reply that is put down while it is made, %s', (_name, open) => {
  it('has its place in the conversation, is renewed there, and has its end there', async () => {
    const { store, flush } = open();
    const { conversationId } = await startTurns(store, seed);
    const reply = replyIn(conversationId, 'Once', { metadata: { responseTimeMs: 2 } });
    const due = dueFor(reply, 1);

    await store.addMessage(replyIn(conversationId, 'A story?', { role: 'user' }));
    await store.checkpoint({ message: reply, usage: [due] });
    await flush();
    const first = (await stored(conversationId))[1];
    const counted = await conversation(conversationId);
    await database.db.update(messages).set({ checkpointedAt: new Date(0) }).where(eq(messages.id, reply.id));
    await store.checkpoint({ message: { ...reply, content: 'Once upon\u0000', metadata: { responseTimeMs: 5 } }, usage: [{ ...due, outputTokens: 2 }] });
    await store.addMessage(replyIn(conversationId, 'Well?', { role: 'user' }));
    await flush();
    const second = (await stored(conversationId))[1];
    await store.addMessage({ ...reply, content: 'Once upon a time.', metadata: { responseTimeMs: 9 }, status: 'complete' });
    await flush();

    expect(first).toMatchObject({ id: reply.id, seq: 2, content: 'Once', status: 'interrupted', provider: 'scripted', checkpointUsage: [due] });
    expect(counted).toMatchObject({ messageCount: 2, provider: 'scripted', model: 'm' });
    expect(second).toMatchObject({ content: 'Once upon', status: 'interrupted', metadata: { responseTimeMs: 5 }, checkpointUsage: [{ ...due, outputTokens: 2 }] });
    expect(second!.checkpointedAt!.getTime()).toBeGreaterThan(0);
    const after = await stored(conversationId);
    expect(after.map(({ seq, content }) => `${seq} ${content}`)).toEqual(['1 A story?', '2 Once upon a time.', '3 Well?']);
    expect(after[1]).toMatchObject({ status: 'complete', metadata: { responseTimeMs: 9 }, checkpointedAt: null, checkpointUsage: null });
    expect(await conversation(conversationId)).toMatchObject({ messageCount: 3 });
  });

  it('is not put down any more once it has its end, nor when the conversation is gone', async () => {
    const { store, flush } = open();
    const { conversationId } = await startTurns(store, seed);
    const gone = await startTurns(store, seed);
    const reply = replyIn(conversationId, 'All of it.');
    await store.addMessage(reply);
    await flush();
    await database.db.delete(conversations).where(eq(conversations.id, gone.conversationId));

    await store.checkpoint({ message: { ...reply, content: 'All' }, usage: [] });
    await store.checkpoint({ message: replyIn(gone.conversationId, 'Nobody'), usage: [] });
    await flush();

    expect(await stored(conversationId)).toMatchObject([{ content: 'All of it.', status: 'complete', checkpointedAt: null }]);
    expect(await stored(gone.conversationId)).toEqual([]);
    expect(await conversation(conversationId)).toMatchObject({ messageCount: 1 });
  });

  it('is cut to what was heard, however often that is written', async () => {
    const { store, flush } = open();
    const { conversationId } = await startTurns(store, seed);
    const reply = replyIn(conversationId, 'Once upon');
    const cut = { ...reply, content: 'Once upon a time', status: 'interrupted' as const };

    await store.checkpoint({ message: reply, usage: [] });
    for (let time = 0; time < 2; time++) {
      await store.addMessage(cut);
      await store.amendMessage({ id: reply.id, workspaceId: seed.workspaceId, conversationId, content: 'Once', metadata: { playedMs: 4 } });
    }
    await flush();

    expect(await stored(conversationId)).toMatchObject([{ seq: 1, content: 'Once', status: 'interrupted', metadata: { playedMs: 4 }, checkpointedAt: null }]);
    expect(await conversation(conversationId)).toMatchObject({ messageCount: 1 });
  });
});

describe('the end of a reply that was put down', () => {
  const store = () => databaseStore(database.db);
  const other = newId();
  it.each<[string, { written?: MessageMetadata; meanwhile?: MessageMetadata; end: Partial<NewMessage>; comes: MessageMetadata }]>([
    ['stays replaced by what was asked for meanwhile', { meanwhile: { replacedBy: other }, end: {}, comes: { replacedBy: other } }],
    ['stands, when it is better than what it had given way to', { written: { replacedBy: other }, end: { replaces: other }, comes: {} }],
    ['still gives way, when it is not', { written: { replacedBy: other }, end: { metadata: { replacedBy: other } }, comes: { replacedBy: other } }],
    ['has no word of a failure that was none', { meanwhile: { error: { kind: 'unavailable', message: 'Stopped.' } }, end: {}, comes: {} }],
  ])('%s', async (_case, { written = {}, meanwhile = {}, end, comes }) => {
    const { conversationId } = await startTurns(store(), seed);
    const earlier = replyIn(conversationId, 'Earlier.');
    const reply = replyIn(conversationId, 'Once');
    const named = (metadata: MessageMetadata): MessageMetadata => (metadata.replacedBy === undefined ? metadata : { ...metadata, replacedBy: earlier.id });
    await store().addMessage(earlier);
    await store().checkpoint({ message: { ...reply, metadata: named(written) }, usage: [] });
    await store().amendMessage({ id: reply.id, workspaceId: seed.workspaceId, conversationId, metadata: named(meanwhile) });

    await store().addMessage({ ...reply, content: 'Once more.', ...end, ...(end.replaces === undefined ? {} : { replaces: earlier.id }), metadata: named(end.metadata ?? {}) });

    const [first, second] = await stored(conversationId);
    expect(second).toMatchObject({ content: 'Once more.', status: 'complete' });
    expect(second!.metadata).toEqual(named(comes));
    expect(first!.metadata).toEqual(end.replaces === undefined ? {} : { replacedBy: reply.id });
  });
});

describe('where others have more need of the database', () => {
  it('the queue takes no checkpoints', async () => {
    const { store } = behind();
    const { conversationId } = await startTurns(store, seed);
    for (let i = 0; i < 120; i++) await store.addMessage(replyIn(conversationId, `m${i}`, { role: 'user' }));
    const before = store.queued;

    expect(await store.checkpoint({ message: replyIn(conversationId, 'Half'), usage: [] })).toBe(false);
    expect(store.queued).toBe(before);

    await store.flush({ timeoutMs: 120_000 });
    await store.checkpoint({ message: replyIn(conversationId, 'Half'), usage: [] });
    expect(await store.close({ timeoutMs: 120_000 })).toEqual({ lost: 0 });
    expect((await stored(conversationId)).at(-1)).toMatchObject({ seq: 121, content: 'Half' });
    await expect(store.checkpoint({ message: replyIn(conversationId, 'Late'), usage: [] })).resolves.toBe(false);
  });

  it('most of many at once are left for their next time', async () => {
    const store = databaseStore(database.db);
    const { conversationId } = await startTurns(store, seed);

    const taken = await Promise.all(Array.from({ length: 50 }, (_, i) => store.checkpoint({ message: replyIn(conversationId, `half ${i}`), usage: [] })));

    expect((await stored(conversationId)).map(({ content }) => content).sort()).toEqual(['half 0', 'half 1']);
    expect(taken).toEqual(Array.from({ length: 50 }, (_, i) => i < 2));
  });
});
