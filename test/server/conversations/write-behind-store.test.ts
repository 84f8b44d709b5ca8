import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { databaseStore } from '@/server/conversations/database-store';
import type { NewMessage } from '@/server/conversations/store';
import { conversations, messages } from '@/server/conversations/tables';
import { WriteBehindStore } from '@/server/conversations/write-behind-store';
import { newId } from '@/server/platform/ids';
import { usageRecords } from '@/server/usage/tables';
import { cuttableDatabase } from '@test/support/cuttable-database';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { seedWorkspace, silentLogger, startTurns } from '@test/support/fakes/scripted-brain';

let database: TestDatabase;
let seed: { workspaceId: string; agentId: string };
beforeAll(async () => {
  database = await createTestDatabase();
  seed = await seedWorkspace(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

const message = (conversationId: string, content: string, over: Partial<NewMessage> = {}): NewMessage => ({ id: newId(), workspaceId: seed.workspaceId, conversationId, turnId: newId(), role: 'user', content, ...over });
const stored = (conversationId: string) => database.db.select().from(messages).where(eq(messages.conversationId, conversationId)).orderBy(asc(messages.seq));
const conversation = async (id: string) => (await database.db.select().from(conversations).where(eq(conversations.id, id)))[0];
/** Where it does not matter how long: a machine may stand still for longer than the five seconds that are given unless said. */
const PATIENT = { timeoutMs: 120_000 };
const store = (maxQueued = 5_000, db = database.db) => new WriteBehindStore({ db, maxQueued, logger: silentLogger });

/** A way to the database that can be cut and mended, as a restart of Postgres does to its clients. */
async function breakableDatabase() {
  const wire = await cuttableDatabase(database.url);
  return {
    db: wire.db,
    cut: async () => {
      wire.cut();
      // The driver must see its sockets close before it writes again: a transaction on one that is closing makes it throw outside any promise.
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (let look = 0; look < 5; look++) await new Promise((resolve) => setImmediate(resolve)); // a machine that stood still through the pause has looked at no socket yet
    },
    mend: () => wire.mend(),
    [Symbol.asyncDispose]: () => wire[Symbol.asyncDispose](),
  };
}

describe('the write-behind store', () => {
  it('stores everything in order, without gaps, and keeps count and title', async () => {
    const behind = store();
    const { conversationId } = await startTurns(behind, seed);

    for (let i = 1; i <= 250; i++) await behind.addMessage(message(conversationId, `m${i}`, { role: i % 2 ? 'user' : 'assistant' }));
    await behind.addUsage([{ workspaceId: seed.workspaceId, conversationId, turnId: null, agentId: seed.agentId, leg: 'stt', provider: 'local', model: 'm', audioSeconds: 1.5 }]);
    await behind.endConversation({ id: conversationId, workspaceId: seed.workspaceId, endReason: 'client_closed' });
    await behind.flush(PATIENT);

    const rows = await stored(conversationId);
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 250 }, (_, i) => i + 1));
    expect(rows.map(({ content }) => content)).toEqual(Array.from({ length: 250 }, (_, i) => `m${i + 1}`));
    expect(await conversation(conversationId)).toMatchObject({ messageCount: 250, title: 'm1', status: 'ended', endReason: 'client_closed' });
    expect(await database.db.select().from(usageRecords).where(eq(usageRecords.conversationId, conversationId))).toMatchObject([{ leg: 'stt', audioSeconds: 1.5, success: 'yes' }]);
    expect(await behind.close(PATIENT)).toEqual({ lost: 0 });
  });

  it('stores a finished utterance without being asked', async () => {
    await using behind = disposable(store());
    const { conversationId } = await startTurns(behind.store, seed);
    await behind.store.addMessage(message(conversationId, 'hello'));
    await vi.waitFor(async () => expect(await stored(conversationId)).toHaveLength(1), { timeout: 60_000, interval: 20 });
  });

  it('begins to store within the call, and with what came meanwhile as soon as that is stored', async () => {
    const begun: Array<() => void> = [];
    const transaction = () => new Promise<void>((resolve) => { begun.push(resolve); });
    const behind = store(5_000, new Proxy(database.db, { get: (db, key) => (key === 'transaction' ? transaction : Reflect.get(db, key)) as unknown }));
    const conversationId = newId();
    vi.useFakeTimers(); // none of which ever comes
    try {
      void behind.addMessage(message(conversationId, 'hello'));
      const atOnce = begun.length;
      void behind.addMessage(message(conversationId, 'and this'));
      begun[0]?.();
      for (let step = 0; step < 100 && begun.length < 2; step++) await null;

      expect([atOnce, begun.length]).toEqual([1, 2]);
    } finally {
      vi.useRealTimers();
    }
    begun[1]?.();
    expect(await behind.close(PATIENT)).toEqual({ lost: 0 });
  });

  it('amends what is still queued, in the database and in the history', async () => {
    await using behind = disposable(store());
    const { conversationId } = await startTurns(behind.store, seed);
    const reply = message(conversationId, 'All of it', { role: 'assistant', metadata: { responseTimeMs: 5 } });
    await behind.store.addMessage(reply);
    await behind.store.amendMessage({ id: reply.id, workspaceId: seed.workspaceId, conversationId, content: 'All', status: 'interrupted', metadata: { playedMs: 9 } });

    expect(await behind.store.history(conversationId)).toMatchObject([{ content: 'All', metadata: { responseTimeMs: 5, playedMs: 9 } }]);
    await behind.store.flush(PATIENT);
    expect(await stored(conversationId)).toMatchObject([{ content: 'All', status: 'interrupted', metadata: { responseTimeMs: 5, playedMs: 9 } }]);
  });

  it('knows what is not stored yet of a conversation that ends and begins again at once', async () => {
    await using behind = disposable(store());
    const { conversationId } = await startTurns(behind.store, seed);
    const reply = message(conversationId, 'All of it', { role: 'assistant' });
    for (let index = 1; index <= 1_000; index++) await behind.store.addMessage(message(conversationId, `m${index}`)); // they take some batches
    await behind.store.addMessage(reply);
    await behind.store.amendMessage({ id: reply.id, workspaceId: seed.workspaceId, conversationId, content: 'All', status: 'interrupted' });
    await behind.store.endConversation({ id: conversationId, workspaceId: seed.workspaceId, endReason: 'disconnected' });
    await behind.store.startConversation({ id: conversationId, workspaceId: seed.workspaceId, agentId: seed.agentId, userLabel: 'x', channel: 'browser' });
    expect((await behind.store.history(conversationId)).slice(-2).map(({ content }) => content)).toEqual(['m1000', 'All']);
  });

  it('goes on with a conversation that another channel began', async () => {
    const through = databaseStore(database.db);
    const { conversationId } = await startTurns(through, seed);
    await through.addMessage(message(conversationId, 'typed'));
    await through.endConversation({ id: conversationId, workspaceId: seed.workspaceId, endReason: 'done' });
    await using behind = disposable(store());

    await behind.store.startConversation({ id: conversationId, workspaceId: seed.workspaceId, agentId: seed.agentId, userLabel: 'x', channel: 'browser' });
    await behind.store.addMessage(message(conversationId, 'spoken'));

    expect((await behind.store.history(conversationId)).map(({ content }) => content)).toEqual(['typed', 'spoken']);
    await behind.store.flush(PATIENT);
    expect((await stored(conversationId)).map(({ seq, content }) => `${seq} ${content}`)).toEqual(['1 typed', '2 spoken']);
    expect(await conversation(conversationId)).toMatchObject({ status: 'active', channel: 'chat', userLabel: 'api-user', title: 'typed', endReason: null });
  });

  it('waits for a database that is away and loses and doubles nothing', async () => {
    await using broken = await breakableDatabase();
    const behind = store(5_000, broken.db);
    const { conversationId } = await startTurns(behind, seed);
    for (let i = 0; i < 300; i++) {
      if (i % 100 === 50) {
        await behind.flush(PATIENT);
        await broken.cut();
      }
      await behind.addMessage(message(conversationId, `m${i}`));
      if (i % 100 === 90) {
        await vi.waitFor(() => expect(behind.queued).toBeGreaterThan(40)); // really waiting
        broken.mend();
      }
    }
    await behind.flush(PATIENT);

    expect((await stored(conversationId)).map(({ seq, content }) => `${seq} ${content}`)).toEqual(Array.from({ length: 300 }, (_, i) => `${i + 1} m${i}`));
    expect(await conversation(conversationId)).toMatchObject({ messageCount: 300 });
    expect(await behind.close(PATIENT)).toEqual({ lost: 0 });
  });

  it('says unavailable when its queue is full, and counts what it could not store at the end', async () => {
    await using broken = await breakableDatabase();
    await broken.cut();
    const behind = store(3, broken.db);
    const { conversationId } = await startTurns(behind, seed);
    await behind.addMessage(message(conversationId, 'a'));
    await behind.addMessage(message(conversationId, 'b'));

    await expect(behind.addMessage(message(conversationId, 'c'))).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(behind.flush({ timeoutMs: 50 })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await behind.close({ timeoutMs: 50 })).toEqual({ lost: 3 });
    await expect(behind.addMessage(message(conversationId, 'd'))).rejects.toMatchObject({ kind: 'unavailable', message: 'The conversation store is closed' });
  });

  it('drops what the database refuses for good and stores what others said', async () => {
    const behind = store();
    const { conversationId } = await startTurns(behind, seed);
    await behind.addMessage(message(newId(), 'no such conversation'));
    await behind.addMessage(message(conversationId, 'good'));
    await behind.flush(PATIENT);

    expect(await stored(conversationId)).toMatchObject([{ seq: 1, content: 'good' }]);
    expect(await behind.close(PATIENT)).toEqual({ lost: 1 });
  });

  it('keeps the words around characters that Postgres cannot store', async () => {
    await using behind = disposable(store());
    const conversationId = newId();
    const reply = message(conversationId, 'half \ud83d of a pair, 😀 whole', { role: 'assistant', metadata: { toolCalls: [{ id: '1', name: 'CALC', args: { 'a\u0000': ['\udc00', 7, null] } }] } });

    await behind.store.startConversation({ id: conversationId, workspaceId: seed.workspaceId, agentId: null, userLabel: 'esp\u000032', channel: 'device', metadata: { note: '\u0000' } });
    await behind.store.addMessage(message(conversationId, 'a \u0000 NUL'));
    await behind.store.addMessage(reply);
    await behind.store.amendMessage({ id: reply.id, workspaceId: seed.workspaceId, conversationId, metadata: { spoken: 'so\u0000' } });
    await behind.store.flush(PATIENT);

    expect(await conversation(conversationId)).toMatchObject({ userLabel: 'esp32', metadata: { note: '' }, title: 'a  NUL' });
    expect(await stored(conversationId)).toMatchObject([
      { content: 'a  NUL' },
      { content: 'half \ufffd of a pair, 😀 whole', metadata: { toolCalls: [{ args: { a: ['\ufffd', 7, null] } }], spoken: 'so' } },
    ]);
  });

  it('writes what is enqueued at the very moment in which the writer finds nothing more to do', async () => {
    for (let steps = 0; steps < 24; steps++) {
      let enqueueLater = () => {};
      const transaction = (...given: Parameters<typeof database.db.transaction>) => {
        const running = database.db.transaction(...given);
        void running.then(async () => {
          for (let step = 0; step < steps; step++) await null; // some of these fall between the writer's last look and its end
          enqueueLater();
        });
        return running;
      };
      const behind = store(5_000, new Proxy(database.db, { get: (db, key) => (key === 'transaction' ? transaction : Reflect.get(db, key)) as unknown }));
      const conversationId = newId();
      const late = new Promise<void>((resolve) => {
        enqueueLater = () => {
          enqueueLater = () => {};
          void behind.addMessage(message(conversationId, 'late'));
          resolve();
        };
      });
      await behind.startConversation({ id: conversationId, workspaceId: seed.workspaceId, agentId: null, userLabel: 'x', channel: 'chat' });
      await late;
      await vi.waitFor(() => expect(behind.queued, `after ${steps} steps`).toBe(0), { timeout: 60_000, interval: 5 });
      expect(await behind.close(PATIENT)).toEqual({ lost: 0 });
    }
  });
});

describe('the write-through store', () => {
  it('numbers messages without gaps when many write at once, and stores a repeated id once', async () => {
    const through = databaseStore(database.db);
    const { conversationId } = await startTurns(through, seed);
    const twice = message(conversationId, 'twice');

    await Promise.all([...Array.from({ length: 30 }, (_, i) => through.addMessage(message(conversationId, `m${i}`))), through.addMessage(twice)]);
    await through.addMessage(twice);

    expect((await stored(conversationId)).map(({ seq }) => seq)).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
    expect(await conversation(conversationId)).toMatchObject({ messageCount: 31 });
  });

  it('reads the newest messages of a conversation that is very long', async () => {
    const through = databaseStore(database.db);
    const { conversationId } = await startTurns(through, seed);
    await database.sql`INSERT INTO messages (id, workspace_id, conversation_id, seq, turn_id, role, content)
      SELECT gen_random_uuid(), ${seed.workspaceId}, ${conversationId}, n, gen_random_uuid(), 'user', 'm' || n FROM generate_series(1, 1200) n`;

    const history = await through.history(conversationId);

    expect([history.length, history[0]?.content, history.at(-1)?.content]).toEqual([1_000, 'm201', 'm1200']);
  });

  it('knows no conversation of another workspace', async () => {
    const through = databaseStore(database.db);
    const { conversationId } = await startTurns(through, seed);
    const other = await seedWorkspace(database.db);

    await expect(through.addMessage({ ...message(conversationId, 'x'), workspaceId: other.workspaceId })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(through.startConversation({ id: conversationId, workspaceId: other.workspaceId, agentId: null, userLabel: 'x', channel: 'chat' })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(through.amendMessage({ id: newId(), workspaceId: seed.workspaceId, conversationId, content: 'x' })).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('says unavailable when the database is away', async () => {
    await using broken = await breakableDatabase();
    await broken.cut();
    await expect(databaseStore(broken.db).addMessage(message(newId(), 'x'))).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

const disposable = (behind: WriteBehindStore) => ({ store: behind, [Symbol.asyncDispose]: async () => void (await behind.close(PATIENT)) });
