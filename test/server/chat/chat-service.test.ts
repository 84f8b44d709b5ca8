import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import type { NumberedEvent } from '@/server/chat';
import { conversations } from '@/server/conversations/tables';
import { newId } from '@/server/platform/ids';
import { hear, listen, startTestChat, wordsOf, type TestChat } from '@test/support/chat';
import { startChatWithDatabase, type ChatWithDatabase } from '@test/support/chat-with-database';

let test: ChatWithDatabase;
beforeAll(async () => {
  test = await startChatWithDatabase({
    hello: { replies: [{ steps: [{ text: 'Hello there friend.' }] }] },
    counts: { replies: [{ when: 'one', steps: [{ text: 'first' }] }, { when: 'two', steps: [{ text: 'second' }] }, { steps: [{ text: 'another' }] }] },
    slow: { tokenMs: 30, replies: [{ steps: [{ text: 'a b c d e f g h' }] }] },
    hangs: { replies: [{ steps: [{ text: 'So far' }, { hang: true }] }] },
    mute: { replies: [{ steps: [{ hang: true }] }] },
    dies: { replies: [{ steps: [{ text: 'The answer is' }, { fail: { message: 'socket hang up' } }] }] },
    again: { replies: [{ times: 1, steps: [{ text: 'Bad' }, { fail: {} }] }, { times: 1, steps: [{ text: 'Good.' }] }, { steps: [{ text: 'Better.' }] }] },
  });
});
afterAll(() => test[Symbol.asyncDispose]());

describe('opening a chat', () => {
  it('stores a new conversation that is not live, with its agent and whose it is', async () => {
    const { conversation, agent, isNew } = await test.open('hello');

    const [row] = await test.database.db.select().from(conversations).where(eq(conversations.id, conversation.id));
    expect(isNew).toBe(true);
    expect(row).toMatchObject({ channel: 'chat', status: 'ended', endedAt: null, agentId: agent.id, userLabel: 'api-user', userId: null, messageCount: 0 });
  });

  it('goes on with a conversation and its agent, and hands it to one that is named once that one answers', async () => {
    const first = await test.open('hello');
    const same = await test.chat.open({ principal: test.principal, conversationId: first.conversation.id, userLabel: 'x' });
    const other = await test.open('counts', first.conversation.id);
    const [untouched] = await test.database.db.select().from(conversations).where(eq(conversations.id, first.conversation.id));
    expect(untouched?.agentId).toBe(first.agent.id);
    await listen(await test.chat.start(other, { text: 'one' }));
    const later = await test.chat.open({ principal: test.principal, conversationId: first.conversation.id, userLabel: 'x' });

    expect([same.agent.id, same.isNew]).toEqual([first.agent.id, false]);
    expect(later.agent.id).toBe(other.agent.id);
  });

  it('knows no conversation of another workspace, and none that is no id', async () => {
    await using stranger = await startTestChat(test.database.db, {});
    const { conversation } = await test.open('hello');

    for (const conversationId of [conversation.id, newId(), 'no-id'])
      await expect(stranger.chat.open({ principal: stranger.principal, conversationId, userLabel: 'x' })).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('stores nothing when nobody could answer', async () => {
    await using off = await startTestChat(test.database.db, {}, { brain: { environment: { AI_ENABLED: 'false' } } });
    const agent = { id: await off.agentOf('hello') };

    await expect(off.chat.open({ principal: off.principal, userLabel: 'x', agent })).rejects.toMatchObject({ kind: 'unavailable', message: 'AI service is disabled' });

    expect(await test.database.db.$count(conversations, eq(conversations.workspaceId, off.principal.workspaceId))).toBe(0);
  });
});

describe('a turn', () => {
  it('numbers its events from 1, ends with the final one and stands in the database by then', async () => {
    const chat = await test.open('hello');
    const run = await test.chat.start(chat, { text: 'Hi' });

    const events = await listen(run);

    expect(events.map(({ n, event }) => `${n} ${event.type}`)).toEqual(['1 text-delta', '2 text-delta', '3 text-delta', '4 final']);
    expect(await test.stored(chat.conversation.id)).toMatchObject([
      { id: run.userMessageId, role: 'user', content: 'Hi' },
      { id: run.messageId, role: 'assistant', content: 'Hello there friend.', status: 'complete' },
    ]);
    const [row] = await test.database.db.select().from(conversations).where(eq(conversations.id, chat.conversation.id));
    expect(row).toMatchObject({ provider: 'scripted', model: 'hello', status: 'ended', title: 'Hi' });
    expect(await run.done).toMatchObject({ status: 'complete', text: 'Hello there friend.', error: null });
  });

  it('is told whole to every listener, and to one that comes late what it missed', async () => {
    const run = await test.chat.start(await test.open('slow'), { text: 'Hi' });

    const [one, two] = await Promise.all([listen(run), listen(run, { after: 3 })]);
    const late = await listen(run, { after: 7 });

    expect(wordsOf(one)).toBe('a b c d e f g h');
    expect(two).toEqual(one.slice(3));
    expect(late).toEqual(one.slice(7));
  });

  it('waits for the turn before it in the same conversation, and not for those in others', async () => {
    const chat = await test.open('slow');
    const quick = await test.chat.open({ principal: test.principal, conversationId: chat.conversation.id, userLabel: 'x', agent: { id: await test.agentOf('hello') } });
    const elsewhere = await test.chat.start(await test.open('hello'), { text: 'Elsewhere' });
    const first = await test.chat.start(chat, { text: 'First' });
    const second = await test.chat.start(quick, { text: 'Second' });

    const order: string[] = [];
    await Promise.all([[first, 'first'], [second, 'second'], [elsewhere, 'elsewhere']].map(async ([run, name]) => {
      await listen(run as typeof first);
      order.push(name as string);
    }));

    expect(order.indexOf('first')).toBeLessThan(order.indexOf('second'));
    expect((await test.stored(chat.conversation.id)).map(({ role, content }) => `${role} ${content}`)).toEqual(
      ['user First', 'assistant a b c d e f g h', 'user Second', 'assistant Hello there friend.'],
    );
  });

  it('lets a few wait, and tells the next to come later', async () => {
    const chat = await test.open('hangs');
    const runs = [];
    for (let index = 0; index < 9; index++) runs.push(await test.chat.start(chat, { text: `${index}`, graceMs: 60_000 }));

    await expect(test.chat.start(chat, { text: 'one too many' })).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 5 });

    const gone = new AbortController();
    const listening = runs.map((run) => listen(run, { signal: gone.signal }));
    gone.abort();
    await Promise.all(listening);
  });

  it('is aborted when its listener leaves, and what was said is kept and marked', async () => {
    const chat = await test.open('hangs');
    const run = await test.chat.start(chat, { text: 'Well?' });
    await hear(run, 'far');

    expect(await run.done).toMatchObject({ status: 'interrupted', text: 'So far' });
    expect(await test.stored(chat.conversation.id)).toMatchObject([{ content: 'Well?' }, { content: 'So far', status: 'interrupted' }]);
  });

  it('goes on through its grace for a listener that is on its way back', async () => {
    const run = await test.chat.start(await test.open('slow'), { text: 'Hi', graceMs: 60_000 });
    const gone = new AbortController();
    let last = 0;
    for await (const { n } of run.events(0, gone.signal)) {
      last = n;
      if (n === 2) gone.abort();
    }

    const rest = await listen(run, { after: last });

    expect(rest[0]?.n).toBe(3);
    expect(rest.at(-1)?.event).toMatchObject({ type: 'final', text: 'a b c d e f g h' });
  });

  it('gives up its place in the line when it is aborted while it waits, and leaves no word', async () => {
    const chat = await test.open('hangs');
    const held = await test.chat.start(chat, { text: 'First', graceMs: 60_000 });
    const waiting = await test.chat.start(chat, { text: 'Second' });
    const gone = new AbortController();
    const listening = listen(waiting, { signal: gone.signal });
    gone.abort();
    await listening;

    expect(await waiting.done).toMatchObject({ status: 'interrupted', text: '' });
    const stop = new AbortController();
    const first = test.chat.find(test.principal, held.turnId);
    expect(first).toBe(held);
    stop.abort();
    await listen(held, { signal: stop.signal });
    expect((await test.stored(chat.conversation.id)).some(({ content }) => content === 'Second')).toBe(false);
  });

  it('that the provider lets down keeps what was said, marked failed, and says so last', async () => {
    const chat = await test.open('dies');
    const run = await test.chat.start(chat, { text: 'Well?' });

    const events = await listen(run);

    expect(wordsOf(events)).toBe('The answer is');
    expect(events.at(-1)?.event).toMatchObject({ type: 'failed', error: { kind: 'upstream_unavailable' } });
    expect(events.some(({ event }) => event.type === 'final')).toBe(false);
    expect(await test.stored(chat.conversation.id)).toMatchObject([{ role: 'user' }, { content: 'The answer is', status: 'failed' }]);
  });
});

describe('the same turn again', () => {
  it('joins the one that runs', async () => {
    const chat = await test.open('slow');
    const turnId = newId();

    const [one, two] = await Promise.all([test.chat.start(chat, { text: 'Hi', turnId }), test.chat.start(chat, { text: 'Hi', turnId })]);

    expect(two).toBe(one);
    await listen(one);
    expect(await test.requestsOf(chat.conversation.id)).toBe(1);
  });

  it('is told from what is stored when the process has forgotten it', async () => {
    const chat = await test.open('hello');
    const turnId = newId();
    await listen(await test.chat.start(chat, { text: 'Hi', turnId }));
    await using restarted = await startTestChat(test.database.db, {});

    const run = await restarted.chat.recall(test.principal, turnId);

    expect(run && (await listen(run, { after: 2 }))).toMatchObject([{ n: 3, event: { type: 'final', text: 'Hello there friend.', provider: 'scripted', model: 'hello' } }]);
    expect(await test.requestsOf(chat.conversation.id)).toBe(1);
  });

  it('is refused when it is another message', async () => {
    const chat = await test.open('hello');
    const turnId = newId();
    await listen(await test.chat.start(chat, { text: 'Hi', turnId }));

    await expect(test.chat.start(chat, { text: 'Something else', turnId })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('is another turn when somebody else began it', async () => {
    const turnId = newId();
    const mine = await test.chat.start(await test.open('hello'), { text: 'Hi', turnId });
    const theirs = { ...test.principal, id: newId() };

    expect(test.chat.find(theirs, turnId)).toBeNull();
    const run = await test.chat.start({ ...(await test.open('hello')), principal: theirs }, { text: 'Mine', turnId });
    expect(run.messageId).not.toBe(mine.messageId);
    await Promise.all([listen(mine), listen(run)]);
  });

  it('asks again when it was cut before the first word, and does not store the question twice', async () => {
    const chat = await test.open('mute');
    const turnId = newId();
    const gone = new AbortController();
    const cut = await test.chat.start(chat, { text: 'Hi', turnId, graceMs: 0 });
    const listening = listen(cut, { signal: gone.signal });
    while ((await test.stored(chat.conversation.id)).length === 0);
    gone.abort();
    await listening;
    await cut.done;

    await test.database.db.update(agents).set({ model: 'scripted/hello' }).where(eq(agents.id, chat.agent.id));
    const again = await test.chat.start(await test.chat.open({ principal: test.principal, conversationId: chat.conversation.id, userLabel: 'x' }), { text: 'Hi', turnId });

    expect((await listen(again)).at(-1)?.event).toMatchObject({ type: 'final', text: 'Hello there friend.' });
    expect((await test.stored(chat.conversation.id)).map(({ role }) => role)).toEqual(['user', 'assistant']);
  });
});

describe('a retry', () => {
  it('puts a new reply in the place of the newest, and asks the question once', async () => {
    const chat = await test.open('again');
    const bad = await test.chat.start(chat, { text: 'Well?' });
    await listen(bad);

    const good = await test.chat.start(chat, { text: '', retryMessageId: bad.messageId });
    await listen(good);
    const better = await test.chat.start(chat, { text: '', retryMessageId: good.messageId });
    await listen(better);

    expect(await test.stored(chat.conversation.id)).toMatchObject([
      { role: 'user', content: 'Well?' },
      { content: 'Bad', status: 'failed', metadata: { replacedBy: good.messageId } },
      { content: 'Good.', status: 'complete', metadata: { replacedBy: better.messageId } },
      { content: 'Better.', status: 'complete' },
    ]);
    expect(better.userMessageId).toBe(bad.userMessageId);
  });

  it('is of the newest reply only', async () => {
    const chat = await test.open('counts');
    const one = await test.chat.start(chat, { text: 'one' });
    await listen(one);
    await listen(await test.chat.start(chat, { text: 'two' }));

    await expect(test.chat.start(chat, { text: '', retryMessageId: one.messageId })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('waits for nobody: while the conversation is being answered it is refused', async () => {
    const chat = await test.open('hello');
    const first = await test.chat.start(chat, { text: 'Hi' });
    await listen(first);
    const retry = { text: '', retryMessageId: first.messageId };

    const both = await Promise.allSettled([test.chat.start(chat, retry), test.chat.start(chat, retry)]);

    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const result of both) if (result.status === 'fulfilled') await listen(result.value);
    expect((await test.stored(chat.conversation.id)).filter(({ metadata }) => metadata.replacedBy === undefined)).toHaveLength(2);
  });

  it('that is cut before the first word leaves the old reply where it was', async () => {
    const chat = await test.open('hello');
    const first = await test.chat.start(chat, { text: 'Hi' });
    await listen(first);
    const mute = await test.open('mute', chat.conversation.id);
    const gone = new AbortController();
    const retry = await test.chat.start(mute, { text: '', retryMessageId: first.messageId });
    gone.abort();
    await listen(retry, { signal: gone.signal });
    await retry.done;

    const [, reply] = await test.stored(chat.conversation.id);
    expect(reply).toMatchObject({ id: first.messageId });
    expect(reply?.metadata.replacedBy).toBeUndefined();
  });
});

describe('closing', () => {
  const openIn = async (ours: TestChat, script: string) => ours.chat.open({ principal: ours.principal, userLabel: 'x', agent: { id: await ours.agentOf(script) } });

  it('lets what runs end, and lets nothing begin', async () => {
    const ours = await startTestChat(test.database.db, { slow: { tokenMs: 30, replies: [{ steps: [{ text: 'a b c' }] }] } });
    const slow = await openIn(ours, 'slow');
    const ends = await ours.chat.start(slow, { text: 'Hi' });

    await ours.chat.close(60_000);

    expect((await ends.done).status).toBe('complete');
    expect(await test.stored(slow.conversation.id)).toMatchObject([{ content: 'Hi' }, { content: 'a b c', status: 'complete' }]);
    await expect(ours.chat.start(slow, { text: 'More' })).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('cuts what does not end in time, has stored what was said, and answers it anew when it is sent again', async () => {
    const ours = await startTestChat(test.database.db, { hangs: { replies: [{ steps: [{ text: 'So far' }, { hang: true }] }] } });
    const hanging = await openIn(ours, 'hangs');
    const asked = { text: 'Hi', turnId: newId() };
    const cut = await ours.chat.start(hanging, asked);
    const events: NumberedEvent[] = [];
    let listening = Promise.resolve();
    await new Promise<void>((bothWords) => {
      listening = (async () => { for await (const event of cut.events()) if (events.push(event) === 2) bothWords(); })();
    });

    await ours.chat.close(100);
    await listening;

    expect(events.at(-1)?.event).toMatchObject({ type: 'failed', error: { kind: 'unavailable' } });
    expect(await test.stored(hanging.conversation.id)).toMatchObject([{ content: 'Hi' }, { content: 'So far', status: 'interrupted', metadata: { error: { kind: 'unavailable' } } }]);

    const restarted = await startTestChat(test.database.db, { hangs: { replies: [{ steps: [{ text: 'All of it.' }] }] } });
    expect(await (await restarted.chat.start(hanging, asked)).done).toMatchObject({ status: 'complete', text: 'All of it.' });
  });
});
