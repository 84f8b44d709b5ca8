import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import type { ChatRun, OpenedChat } from '@/server/chat';
import { databaseStore } from '@/server/conversations/database-store';
import { conversations, messages } from '@/server/conversations/tables';
import { newId } from '@/server/platform/ids';
import { hear, listen } from '@test/support/chat';
import { startChatWithDatabase, type ChatWithDatabase } from '@test/support/chat-with-database';

let test: ChatWithDatabase;
beforeAll(async () => {
  test = await startChatWithDatabase({
    worse: { replies: [{ times: 1, steps: [{ text: 'Good.' }] }, { times: 1, steps: [{ text: 'Ba' }, { fail: {} }] }, { steps: [{ text: 'Better.' }] }] },
    hangs: { replies: [{ times: 1, steps: [{ text: 'So far' }, { hang: true }] }, { steps: [{ text: 'Good.' }] }] },
    mute: { replies: [{ steps: [{ hang: true }] }] },
    speaks: { replies: [{ steps: [{ text: 'Good.' }] }] },
    cut: { replies: [{ times: 1, steps: [{ text: 'Good.' }] }, { steps: [{ text: 'So far' }, { hang: true }] }] },
  }, { brain: { limits: { maxRetries: 0 } } });
});
afterAll(() => test[Symbol.asyncDispose]());

const again = (chat: OpenedChat, { messageId }: ChatRun) => test.chat.start(chat, { text: '', retryMessageId: messageId });

describe('a retry of a good answer', () => {
  it('that fails takes nothing away, and either may be asked for again', async () => {
    const chat = await test.open('worse');
    const good = await test.chat.start(chat, { text: 'Well?' });
    await listen(good);

    const bad = await again(chat, good);
    await listen(bad);
    const between = await test.standing(chat.conversation.id);
    const better = await again(chat, bad);
    await listen(better);

    expect(between).toEqual(['Well?', 'Good.']);
    expect(await test.standing(chat.conversation.id)).toEqual(['Well?', 'Better.']);
    expect(await test.stored(chat.conversation.id)).toMatchObject([
      { role: 'user' }, { content: 'Good.', metadata: { replacedBy: better.messageId } }, { content: 'Ba', status: 'failed', metadata: { replacedBy: good.messageId } }, { content: 'Better.' },
    ]);
  });

  it('that is cut in the middle leaves the good one where it was', async () => {
    const chat = await test.open('cut');
    const good = await test.chat.start(chat, { text: 'Well?' });
    await listen(good);

    const cut = await again(chat, good);
    await hear(cut, 'far');
    await cut.done;

    expect(await test.standing(chat.conversation.id)).toEqual(['Well?', 'Good.']);
  });
});

describe('a retry of an answer that was stopped', () => {
  it('before its first word is of the question, by the id that its listener was told', async () => {
    const chat = await test.open('mute');
    const run = await test.chat.start(chat, { text: 'Well?' });
    const gone = new AbortController();
    const listening = listen(run, { signal: gone.signal });
    while ((await test.stored(chat.conversation.id)).length === 0);
    gone.abort();
    await listening;

    await test.database.db.update(agents).set({ model: 'scripted/speaks' }).where(eq(agents.id, chat.agent.id));
    const speaking = await test.chat.open({ principal: test.principal, conversationId: chat.conversation.id, userLabel: 'x' });
    await listen(await again(speaking, run));

    expect((await test.stored(chat.conversation.id)).map(({ content }) => content)).toEqual(['Well?', 'Good.']);
  });

  it('waits for it to be stored, however soon it comes', async () => {
    const chat = await test.open('hangs');
    const run = await test.chat.start(chat, { text: 'Well?' });
    await hear(run, 'far');

    await listen(await again(chat, run));

    expect(await test.standing(chat.conversation.id)).toEqual(['Well?', 'Good.']);
  });
});

describe('a retry of an answer that is being spoken', () => {
  /** In a live session: a question, and a reply that is put down as far as it came. */
  async function spoken() {
    const { conversation } = await test.open('speaks');
    const { id: conversationId, workspaceId } = conversation;
    await test.database.db.update(conversations).set({ status: 'active' }).where(eq(conversations.id, conversationId));
    const store = databaseStore(test.database.db);
    const one = { workspaceId, conversationId, turnId: newId() };
    const question = { ...one, id: newId(), role: 'user' as const, content: 'Well?' };
    const reply = { ...one, id: newId(), role: 'assistant' as const, content: 'So far' };
    await store.addMessage(question);
    await store.checkpoint({ message: reply, usage: [] });
    const retry = async (retryMessageId: string) =>
      test.chat.start(await test.chat.open({ principal: test.principal, conversationId, userLabel: 'api-user' }), { text: '', retryMessageId });
    return { conversationId, question, reply, retry };
  }

  it('waits for its end', async () => {
    const { conversationId, question, reply, retry } = await spoken();

    for (const { id } of [question, reply]) await expect(retry(id)).rejects.toMatchObject({ kind: 'conflict', message: 'retry_message_id: the conversation is being answered; ask again when it has been' });

    expect(await test.standing(conversationId)).toEqual(['Well?', 'So far']);
  });

  it.each([
    ['when the session has ended', { conversation: { status: 'ended' as const } }],
    ['when whoever spoke it must be dead', { message: { checkpointedAt: sql`now() - interval '3 minutes'` } }],
  ])('is answered %s', async (_when, { conversation, message }: { conversation?: { status: 'ended' }; message?: { checkpointedAt: ReturnType<typeof sql> } }) => {
    const { conversationId, reply, retry } = await spoken();
    if (conversation) await test.database.db.update(conversations).set(conversation).where(eq(conversations.id, conversationId));
    if (message) await test.database.db.update(messages).set(message).where(eq(messages.id, reply.id));

    await listen(await retry(reply.id));

    expect(await test.standing(conversationId)).toEqual(['Well?', 'Good.']);
  });
});
