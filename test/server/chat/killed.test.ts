import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { turnStream } from '@/server/ai/turn-stream';
import type { Principal } from '@/server/auth/principal';
import { settleUnfinishedReplies } from '@/server/conversations/jobs/settle-unfinished-replies';
import { usageRecords } from '@/server/usage/tables';
import { listen, wordsOf } from '@test/support/chat';
import { startChatWithDatabase, type ChatWithDatabase } from '@test/support/chat-with-database';

const CHILD = 'test/support/children/answering.ts';

interface Answering {
  conversationId: string;
  messageId: string;
  workspaceId: string;
  turnId: string;
  principal: Principal;
}

/** The process that comes after: it has the same scripts, and an answer. */
let restarted: ChatWithDatabase;
beforeAll(async () => { restarted = await startChatWithDatabase({ story: { replies: [{ steps: [{ text: 'The whole story.' }] }] } }); });
afterAll(() => restarted[Symbol.asyncDispose]());

const usageOf = (conversationId: string) => restarted.database.db.select().from(usageRecords).where(eq(usageRecords.conversationId, conversationId));
const settle = () => settleUnfinishedReplies(restarted.database.db, { goneMs: 0 });
const goOn = ({ principal, conversationId }: Answering) => restarted.chat.open({ principal, conversationId, userLabel: 'api-user' });

/** A process that answers, killed with -9 once its half is put down. */
async function killed(way: 'chat' | 'voice' | 'retry'): Promise<Answering> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, restarted.database.url, way], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), gone.then(() => ['']) ]) as [string];
  const answering = JSON.parse(line) as Answering;
  const half = async () => (await restarted.stored(answering.conversationId)).find(({ id }) => id === answering.messageId)?.content;
  await expect.poll(half, { interval: 10 }).toBe('Once upon a time');
  child.kill('SIGKILL');
  await gone;
  return answering;
}

describe('an answer whose process was killed', () => {
  it.each(['chat', 'voice'] as const)('is kept as far as it came, marked, and counted once (%s)', async (way) => {
    const answering = await killed(way);
    expect(await settleUnfinishedReplies(restarted.database.db)).toBe(0); // who knows, it may come back

    expect(await settle()).toBe(1);
    expect(await settle()).toBe(0);

    expect(await restarted.stored(answering.conversationId)).toMatchObject([
      { role: 'user', content: 'A story?' },
      { id: answering.messageId, role: 'assistant', content: 'Once upon a time', status: 'interrupted', metadata: { error: { message: 'Parley was stopped while it answered.' } } },
    ]);
    expect(await usageOf(answering.conversationId)).toMatchObject([{ estimated: true, provider: 'scripted', model: 'story' }]);
  });

  it.each([['before it is settled', false], ['once it is settled', true]])('is a failure to who listens on, and answered anew to who sends the request again (%s)', async (_when, isSettled) => {
    const answering = await killed('chat');
    const { principal, turnId } = answering;
    if (isSettled) await settle();

    const listening = await restarted.chat.recall(principal, turnId);
    const told: unknown[] = [];
    for await (const event of turnStream({ run: listening!, signal: new AbortController().signal, costOf: () => Promise.resolve(null), after: 2 })) told.push(event);
    const again = await restarted.chat.start(await goOn(answering), { text: 'A story?', turnId });
    const heard = wordsOf(await listen(again));
    await settle();

    expect(told).toMatchObject([{ event: 'error', id: `${turnId}.end`, data: { kind: 'unavailable', retryable: true, detail: 'Parley was stopped while it answered.' } }]);
    expect(heard).toBe('The whole story.');
    expect(await restarted.standing(answering.conversationId)).toEqual(['A story?', 'The whole story.']);
    expect(await restarted.stored(answering.conversationId)).toMatchObject([
      { role: 'user' }, { status: 'interrupted', metadata: { replacedBy: again.messageId, error: { kind: 'unavailable' } } }, { id: again.messageId, status: 'complete' },
    ]);
    expect((await usageOf(answering.conversationId)).map(({ estimated }) => estimated).sort()).toEqual([false, true]);
    expect((await restarted.chat.start(await goOn(answering), { text: 'A story?', turnId })).messageId).toBe(again.messageId);
  });

  it('may be asked for again before it is settled', async () => {
    const answering = await killed('chat');

    await listen(await restarted.chat.start(await goOn(answering), { text: '', retryMessageId: answering.messageId }));
    await settle();

    expect(await restarted.standing(answering.conversationId)).toEqual(['A story?', 'The whole story.']);
  });

  it('stands when the conversation has gone on since, and is a failure to who sends the request again', async () => {
    const answering = await killed('chat');
    await listen(await restarted.chat.start(await goOn(answering), { text: 'Are you there?' }));

    const told = await listen(await restarted.chat.start(await goOn(answering), { text: 'A story?', turnId: answering.turnId }));

    expect(told).toMatchObject([{ event: { type: 'failed', error: { kind: 'unavailable' } } }]);
    expect(await restarted.stored(answering.conversationId)).toHaveLength(4);
  });

  it('may be asked for by its question, which is all that is shown at first', async () => {
    const answering = await killed('chat');
    const [question] = await restarted.stored(answering.conversationId);

    const again = await restarted.chat.start(await goOn(answering), { text: '', retryMessageId: question!.id });

    expect(wordsOf(await listen(again))).toBe('The whole story.');
    expect(await restarted.standing(answering.conversationId)).toEqual(['A story?', 'The whole story.']);
  });

  it('keeps its place when the conversation goes on before it is settled', async () => {
    const answering = await killed('chat');
    await listen(await restarted.chat.start(await goOn(answering), { text: 'Are you there?' }));

    await settle();

    expect((await restarted.stored(answering.conversationId)).map(({ seq, content }) => `${seq} ${content}`)).toEqual(['1 A story?', '2 Once upon a time', '3 Are you there?', '4 The whole story.']);
  });

  it('takes nothing from the good one that it was to replace', async () => {
    const answering = await killed('retry');
    const before = await restarted.standing(answering.conversationId);
    await settle();

    expect(before).toEqual(['A story?', 'A good answer.']);
    expect(await restarted.standing(answering.conversationId)).toEqual(before);
    const [, good, half] = await restarted.stored(answering.conversationId);
    expect(half).toMatchObject({ content: 'Once upon a time', status: 'interrupted', metadata: { replacedBy: good!.id } });
    expect(good!.metadata).not.toHaveProperty('replacedBy');

    const again = await restarted.chat.start(await goOn(answering), { text: '', retryMessageId: half!.id });
    await listen(again);
    expect(await restarted.standing(answering.conversationId)).toEqual(['A story?', 'The whole story.']);
  });
});
