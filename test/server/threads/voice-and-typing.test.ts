import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseAgentDirectory } from '@/realtime/gateway/agent-directory';
import type { Principal } from '@/server/auth/principal';
import { databaseStore } from '@/server/conversations/database-store';
import { conversations } from '@/server/conversations/tables';
import { firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { tone } from '@test/support/fakes/live-session';
import { aPerson, askAs, type Person } from '@test/support/people';
import { TestNode } from '@test/support/realtime/test-node';
import type { RealtimeClient } from '@test/support/realtime/realtime-client';
import { startTestWeb, type TestWeb } from '@test/support/web';

/** One person, one thread: real sessions on a real socket and the real API, on one database. */
let database: TestDatabase;
let web: TestWeb;
let node: TestNode;
let person: Person;
let agentId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, scripts: { knows: { replies: [{ when: 'again', steps: [{ text: 'It was noon.' }] }, { steps: [{ text: 'I am here.' }] }] } } });
  const workspaceId = await firstWorkspaceId(database.db);
  person = await aPerson(database.db, { [workspaceId]: 'operator' });
  const made = await web.ask('POST', '/api/agents/', { body: JSON.stringify({ name: 'Both', model: 'scripted/knows' }) });
  agentId = made.json().id as string;
  const principal: Principal = { kind: 'user', id: person.userId, workspaceId, role: 'operator', scopes: ['*'], label: person.email };
  node = await TestNode.start({ principal, store: databaseStore(database.db), agents: databaseAgentDirectory(database.db, web.config) });
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function speak(options: { conversation_id?: string }): Promise<string> {
  const client: RealtimeClient = await node.connect();
  await client.start({ agent_id: agentId, ...options });
  client.append(tone(1_000));
  client.send({ type: 'input_audio_buffer.commit' });
  await client.until((event) => event.type === 'turn.trace' || event.type === 'error');
  const [created] = client.events;
  client.send({ type: 'session.close' });
  await client.closed;
  const id = created?.type === 'session.created' ? created.conversation_id : '';
  await expect.poll(async () => (await database.db.select().from(conversations).where(eq(conversations.id, id)))[0]?.status).toBe('ended');
  return id;
}

async function type(threadId: string, message: string): Promise<string> {
  const answer = await web.ask('POST', '/api/threads/runs', { key: null, headers: { cookie: person.cookie, accept: 'text/plain' }, body: JSON.stringify({ thread_id: threadId, model_id: agentId, message }) });
  expect(answer.status, answer.text).toBe(200);
  return answer.text;
}

const words = async (threadId: string) =>
  ((await askAs(web, person, 'POST', '/api/threads/', { thread_id: threadId })).json().messages as { role: string; content: string }[]).map(({ role, content }) => `${role}: ${content}`);
const listed = async () => (await askAs(web, person, 'POST', '/api/threads/list')).json().memories as { id: string; title: string }[];

describe('a thread', () => {
  it('that was begun by voice is listed, and goes on by typing', async () => {
    const id = await speak({});
    expect((await listed())[0]).toEqual({ id, title: 'What time is it?' });
    expect(await words(id)).toEqual(['user: What time is it?', 'assistant: It is noon.']);

    expect(await type(id, 'Say it again')).toBe('It was noon.');

    expect(await words(id)).toEqual(['user: What time is it?', 'assistant: It is noon.', 'user: Say it again', 'assistant: It was noon.']);
    expect((await database.db.select().from(conversations).where(eq(conversations.id, id)))[0]).toMatchObject({ channel: 'browser', userId: person.userId, messageCount: 4 });
  });

  it('that was begun by typing goes on by voice, and by typing again', async () => {
    const id = (await askAs(web, person, 'POST', '/api/threads/create')).json().thread_id as string;
    await type(id, 'Hello');

    expect(await speak({ conversation_id: id })).toBe(id);
    await type(id, 'Say it again');

    expect(await words(id)).toEqual([
      'user: Hello', 'assistant: I am here.', 'user: What time is it?', 'assistant: It is noon.', 'user: Say it again', 'assistant: It was noon.',
    ]);
    expect((await listed()).filter((one) => one.id === id)).toEqual([{ id, title: 'Hello' }]);
  });

  it('that is another person’s does not exist for a voice either', async () => {
    const { workspaceId } = (await database.db.select({ workspaceId: conversations.workspaceId }).from(conversations).limit(1))[0]!;
    const stranger = await aPerson(database.db, { [workspaceId]: 'operator' });
    const theirs = (await askAs(web, stranger, 'POST', '/api/threads/create')).json().thread_id as string;
    const client = await node.connect();
    const error = await client.errorFor({ type: 'session.start', agent_id: agentId, conversation_id: theirs });
    expect(error).toMatchObject({ code: 'validation_error', message: expect.stringContaining(theirs) });
  });
});
