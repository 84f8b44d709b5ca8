import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversations, messages } from '@/server/conversations/tables';
import { endConversationsOfDeadNodes, endConversationsOfEarlierLives } from '@/server/nodes/jobs/end-lost-conversations';
import { newId } from '@/server/platform/ids';
import { TestInstallation } from '@test/support/realtime/test-installation';
import type { RealtimeClient } from '@test/support/realtime/realtime-client';
import { API_KEY } from '@test/support/web';

let home: TestInstallation;
beforeAll(async () => { home = await TestInstallation.start(); });
afterAll(async () => { await home[Symbol.asyncDispose](); });

const write = async (message: string, conversationId?: string) =>
  (await home.web.ask('POST', '/ai/chat', { body: JSON.stringify({ message, user_id: 'ada', conversation_id: conversationId ?? null }) })).json() as { conversation_id: string; content: string };
const row = async (id: string) => (await home.db.select().from(conversations).where(eq(conversations.id, id)))[0];
const said = async (id: string) => (await home.db.select().from(messages).where(eq(messages.conversationId, id)).orderBy(asc(messages.seq))).map(({ seq, role, content }) => `${seq} ${role}: ${content}`);

async function call(conversationId?: string): Promise<{ client: RealtimeClient; id: string }> {
  const client = await home.node.connect({ headers: { authorization: `Bearer ${API_KEY}` } });
  await client.start({ client_id: 'ada', ...(conversationId ? { conversation_id: conversationId } : {}) });
  const created = client.events.find((event) => event.type === 'session.created');
  return { client, id: conversationId ?? (created?.type === 'session.created' ? created.conversation_id ?? '' : '') };
}
async function speak(client: RealtimeClient, text: string): Promise<void> {
  const after = client.events.length;
  client.send({ type: 'input_text', text });
  await client.until((event) => event.type === 'response.done', after);
}
async function hangUp(client: RealtimeClient, id: string): Promise<void> {
  client.send({ type: 'session.close' });
  await client.closed;
  await expect.poll(async () => (await row(id))?.status).toBe('ended');
}

describe('one conversation, by voice and in writing', () => {
  it('begun in writing goes on by voice, which knows what was written, and in writing again', async () => {
    const { conversation_id: id } = await write('What can you do?');
    const before = await said(id);
    const { client } = await call(id);
    await speak(client, 'What time is it?');

    const heard = await home.node.brain.turns.at(-1)!.store.history(id);
    await hangUp(client, id);
    await write("What's 25 times 4 plus 10?", id);

    expect(heard.slice(0, 2).map(({ role, content }, index) => `${index + 1} ${role}: ${content}`)).toEqual(before);
    expect((await said(id)).slice(2)).toEqual(['3 user: What time is it?', '4 assistant: It is noon.', "5 user: What's 25 times 4 plus 10?", '6 assistant: The result is 110.']);
    expect(await row(id)).toMatchObject({ channel: 'chat', userLabel: 'ada', messageCount: 6, provider: 'builtin', model: 'assistant' });
  });

  it('begun by voice goes on in writing, and is listed with the others', async () => {
    const { client, id } = await call();
    await speak(client, 'What time is it?');
    await hangUp(client, id);

    const answer = await write("What's 25 times 4 plus 10?", id);

    expect(answer).toMatchObject({ conversation_id: id, content: 'The result is 110.' });
    expect(await said(id)).toEqual(['1 user: What time is it?', '2 assistant: It is noon.', "3 user: What's 25 times 4 plus 10?", '4 assistant: The result is 110.']);
    const listed = (await home.web.ask('GET', '/ai/conversations?user_id=ada')).json() as unknown as Array<{ id: string; channel: string }>;
    expect(listed[0]).toMatchObject({ id, channel: 'device' });
  });

  it('is written to while somebody speaks, and stays live until they hang up', async () => {
    const { client, id } = await call();
    await speak(client, 'What time is it?');
    await expect.poll(async () => (await row(id))?.messageCount).toBe(2);

    await write("What's 25 times 4 plus 10?", id);
    expect((await row(id))?.status).toBe('active');
    await speak(client, 'And now?');
    await hangUp(client, id);

    expect(await said(id)).toHaveLength(6);
  });

  it('is not live while it is only written in, and the housekeeping of live ones leaves it alone', async () => {
    const { conversation_id: id } = await write('Hello');
    const before = await row(id);

    await endConversationsOfDeadNodes(home.db, { settledMs: 0 });
    await endConversationsOfEarlierLives(home.db, newId());

    expect(before).toMatchObject({ status: 'ended', endReason: null, endedAt: null });
    expect(await row(id)).toEqual(before);
  });
});
