import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@/server/platform/ids';
import { hear, listen, startTestChat, wordsOf } from '@test/support/chat';
import { startChatWithDatabase, type ChatWithDatabase } from '@test/support/chat-with-database';

const SCRIPTS = {
  hello: { replies: [{ steps: [{ text: 'Hello there friend.' }] }] },
  slow: { tokenMs: 30, replies: [{ steps: [{ text: 'a b c d e f g h' }] }] },
  hangs: { replies: [{ steps: [{ text: 'So far' }, { hang: true as const }] }] },
  again: { replies: [{ times: 1, steps: [{ text: 'Bad' }, { fail: {} }] }, { steps: [{ text: 'Good.' }] }] },
  dies: { replies: [{ steps: [{ text: 'Half' }, { fail: {} }] }] },
};

let test: ChatWithDatabase;
beforeAll(async () => { test = await startChatWithDatabase(SCRIPTS, { brain: { limits: { maxRetries: 0 } } }); });
afterAll(() => test[Symbol.asyncDispose]());

describe('a key that was used before', () => {
  it('is refused in another conversation, for another agent and for a retry', async () => {
    const chat = await test.open('hello');
    const turnId = newId();
    const run = await test.chat.start(chat, { text: 'Hi', turnId });
    await listen(run);
    const refusal = { kind: 'conflict', message: 'Idempotency-Key: was used for another request already' };

    await expect(test.chat.start(await test.open('hello'), { text: 'Hi', turnId })).rejects.toMatchObject(refusal);
    await expect(test.chat.start(await test.open('slow', chat.conversation.id), { text: 'Hi', turnId })).rejects.toMatchObject(refusal);
    await expect(test.chat.start(chat, { text: '', retryMessageId: run.messageId, turnId })).rejects.toMatchObject(refusal);
    expect(await test.requestsOf(chat.conversation.id)).toBe(1);
  });

  it('is refused in another conversation by a process that has only the record of it', async () => {
    const turnId = newId();
    await listen(await test.chat.start(await test.open('hello'), { text: 'Hi', turnId }));
    await using restarted = await startTestChat(test.database.db, SCRIPTS);

    await expect(restarted.chat.start(await test.open('hello'), { text: 'Hi', turnId })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('tells the words of the stored reply before its end, to one that has none of them', async () => {
    const turnId = newId();
    const chat = await test.open('hello');
    await listen(await test.chat.start(chat, { text: 'Hi', turnId }));
    await using restarted = await startTestChat(test.database.db, SCRIPTS);

    const events = await listen(await restarted.chat.start(chat, { text: 'Hi', turnId }));

    expect(events.map(({ n, event }) => `${n} ${event.type}`)).toEqual(['1 text-delta', '2 final']);
    expect(wordsOf(events)).toBe('Hello there friend.');
  });
});

describe('a failure that may pass', () => {
  it('is asked again under its key, in the place of what failed, and then told for ever', async () => {
    const chat = await test.open('again');
    const turnId = newId();
    const bad = await test.chat.start(chat, { text: 'Well?', turnId });
    expect((await listen(bad)).at(-1)?.event.type).toBe('failed');

    const good = await test.chat.start(chat, { text: 'Well?', turnId });
    await listen(good);
    const third = await test.chat.start(chat, { text: 'Well?', turnId });
    await using restarted = await startTestChat(test.database.db, SCRIPTS);
    const later = await restarted.chat.recall(test.principal, turnId, { text: 'Well?' });

    expect(await good.done).toMatchObject({ status: 'complete', text: 'Good.' });
    expect(third).toBe(good);
    expect(await later?.done).toMatchObject({ status: 'complete', text: 'Good.' });
    expect(await test.stored(chat.conversation.id)).toMatchObject([
      { id: bad.userMessageId, role: 'user' }, { content: 'Bad', status: 'failed', metadata: { replacedBy: good.messageId } }, { id: good.messageId, content: 'Good.', status: 'complete' },
    ]);
  });

  it('stands when the conversation has gone on', async () => {
    const chat = await test.open('dies');
    const turnId = newId();
    await listen(await test.chat.start(chat, { text: 'Well?', turnId }));
    await listen(await test.chat.start(await test.open('hello', chat.conversation.id), { text: 'Never mind' }));

    const again = await test.chat.start(chat, { text: 'Well?', turnId });

    expect((await again.done).status).toBe('failed');
    expect(await test.stored(chat.conversation.id)).toHaveLength(4);
  });

  it('is still told to one who only wants to hear how it ended', async () => {
    const turnId = newId();
    await listen(await test.chat.start(await test.open('dies'), { text: 'Well?', turnId }));

    expect((await test.chat.recall(test.principal, turnId))?.turnId).toBe(turnId);
    expect(await test.chat.recall(test.principal, turnId, { text: 'Well?' })).toBeNull();
  });
});

describe('who left', () => {
  it('finds the turn going on when the request could be sent again', async () => {
    const chat = await test.open('slow');
    const turnId = newId();
    const first = await test.chat.start(chat, { text: 'Hi', turnId });
    await hear(first, 'b');

    const again = await test.chat.start(chat, { text: 'Hi', turnId });

    expect(again).toBe(first);
    expect(wordsOf(await listen(again))).toBe('a b c d e f g h');
    expect(await test.requestsOf(chat.conversation.id)).toBe(1);
  });

  it('is answered anew when they were away for too long to be waited for: nobody had stopped it', async () => {
    const chat = await test.open('slow');
    const turnId = newId();
    const first = await test.chat.start(chat, { text: 'Hi', turnId, graceMs: 1 });
    await hear(first, 'b');
    expect(await first.done).toMatchObject({ status: 'interrupted', error: { kind: 'unavailable' } });

    const again = await test.chat.start(chat, { text: 'Hi', turnId });

    expect(wordsOf(await listen(again))).toBe('a b c d e f g h');
    expect(await test.requestsOf(chat.conversation.id)).toBe(2);
  });

  it('is told what was kept, and that it was stopped, while the turn is being cut', async () => {
    const chat = await test.open('hangs');
    const turnId = newId();
    const first = await test.chat.start(chat, { text: 'Hi', turnId, graceMs: 0 });
    await hear(first, 'far');
    expect(test.chat.find(test.principal, turnId)).toBeNull();

    const again = await test.chat.start(chat, { text: 'Hi', turnId });

    expect(await listen(again)).toMatchObject([{ event: { type: 'text-delta', text: 'So far' } }, { event: { type: 'failed', error: { kind: 'cancelled', message: 'Stopped before its end' } } }]);
    expect(await again.done).toMatchObject({ status: 'interrupted', text: 'So far' });
  });
});

describe('files of a turn', () => {
  const attaching = () => {
    const calls: string[] = [];
    return { calls, files: { attach: async () => { calls.push('attach'); return []; }, discard: async () => { calls.push('discard'); } } };
  };

  it('are not attached for a turn that cannot begin, nor for one that is told again', async () => {
    const chat = await test.open('hello');
    const turnId = newId();
    await listen(await test.chat.start(chat, { text: 'Hi', turnId }));
    const closed = await startTestChat(test.database.db, SCRIPTS);
    await closed.chat.close();
    const { calls, files } = attaching();

    await test.chat.start(chat, { text: 'Hi', turnId, files });
    await expect(closed.chat.start(chat, { text: 'More', files })).rejects.toMatchObject({ kind: 'unavailable' });

    expect(calls).toEqual([]);
  });

  it('of the second of two that came at once are given up', async () => {
    const chat = await test.open('hello');
    const turnId = newId();
    const one = attaching();
    const two = attaching();

    const [first, second] = await Promise.all([one, two].map(({ files }) => test.chat.start(chat, { text: 'Hi', turnId, files })));
    await listen(first!);

    expect(second).toBe(first);
    expect([one.calls, two.calls].sort((a, b) => a.length - b.length)).toEqual([['attach'], ['attach', 'discard']]);
  });
});

it('forgets ended turns when they take too much room, the oldest first', async () => {
  await using narrow = await startTestChat(test.database.db, SCRIPTS, { chat: { limits: { keptCharacters: 400 } } });
  const openHere = async () => narrow.chat.open({ principal: narrow.principal, userLabel: 'x', agent: { id: await narrow.agentOf('hello') } });
  const runs = [];
  for (let index = 0; index < 3; index++) {
    const run = await narrow.chat.start(await openHere(), { text: 'Hi' });
    await listen(run);
    await run.done;
    runs.push(run);
  }

  expect(runs.map(({ turnId }) => narrow.chat.find(narrow.principal, turnId) !== null)).toEqual([false, false, true]);
});
