import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { conversations, messages } from '@/server/conversations/tables';
import { files } from '@/server/files/tables';
import { newId } from '@/server/platform/ids';
import { usageRecords } from '@/server/usage/tables';
import { aConversation, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { aPerson, askAs } from '@test/support/people';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({
    db: database.db,
    scripts: {
      hello: { replies: [{ steps: [{ text: 'Hello.' }] }] },
      limited: { replies: [{ steps: [{ fail: { status: 429, retryAfterSeconds: 7 } }] }] },
      dies: { replies: [{ steps: [{ text: 'Half of' }, { fail: {} }] }] },
      hangs: { replies: [{ steps: [{ text: 'So far' }, { hang: true }] }] },
      twice: { replies: [{ times: 1, steps: [{ text: 'Half of' }, { fail: {} }] }, { steps: [{ text: 'All of it.' }] }] },
    },
    limits: { maxRetries: 0 },
  });
  workspaceId = await firstWorkspaceId(database.db);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function anAgent(model: string): Promise<{ agent_id: string; slug: string }> {
  const slug = `a-${newId().slice(0, 8)}`;
  const [row] = await database.db.insert(agents).values({ workspaceId, slug, name: slug, model }).returning({ id: agents.id });
  return { agent_id: row!.id, slug };
}
const chat = (body: unknown, headers: Record<string, string> = {}) => web.ask('POST', '/ai/chat', { body: JSON.stringify(body), headers });

describe('POST /ai/chat', () => {
  it('answers as the page shows, and keeps the context of a conversation', async () => {
    const first = await chat({ message: 'What can you do?', user_id: 'my-user' });
    expect(first.status).toBe(200);
    const { conversation_id, message_id, content, response_time_ms } = first.json();
    expect([typeof message_id, typeof content, typeof response_time_ms]).toEqual(['string', 'string', 'number']);

    const second = await chat({ message: "What's 25 times 4 plus 10?", user_id: 'my-user', conversation_id });

    expect(second.json()).toMatchObject({ content: 'The result is 110.', conversation_id, provider: 'builtin', model: 'assistant', status: 'complete', cost_usd: 0 });
    expect(await database.db.$count(messages, eq(messages.conversationId, conversation_id as string))).toBe(4);
  });

  it('takes a conversation_id of null, and names nobody `api-user`', async () => {
    const answer = await chat({ message: 'Hello', conversation_id: null });

    const [row] = await database.db.select().from(conversations).where(eq(conversations.id, answer.json().conversation_id as string));
    expect(row).toMatchObject({ userLabel: 'api-user', channel: 'chat' });
  });

  it('is answered by the agent that is named, by id or by slug', async () => {
    const { agent_id, slug } = await anAgent('scripted/hello');

    expect((await chat({ message: 'Hi', agent_id })).json()).toMatchObject({ content: 'Hello.', model: 'hello' });
    expect((await chat({ message: 'Hi', agent_slug: slug })).json()).toMatchObject({ content: 'Hello.' });
    expect((await chat({ message: 'Hi', agent_slug: 'nobody' }))).toMatchObject({ status: 404 });
  });

  it.each([
    [{}, 'message: is required'],
    [{ message: '  ' }, 'message: must not be empty'],
    [{ message: 7 }, /^message: /],
    [{ message: 'x'.repeat(100_001) }, 'message: must have at most 100000 characters'],
    [{ message: 'Hi', conversation_id: 'abc-123' }, 'conversation_id: must be a UUID'],
    [{ message: 'Hi', user_id: '' }, 'user_id: must not be empty'],
    [{ message: 'Hi', user_id: '*' }, /^user_id: must be somebody/],
    [{ message: 'Hi', grace_seconds: 31 }, 'grace_seconds: must be at most 30'],
    [{ retry_message_id: '3f0e2b0a-7a55-4d4e-9a53-0f4f2f1f7c11' }, 'conversation_id: is needed with retry_message_id'],
    [{ message: 'Hi', attachments: [{ media_type: 'text/plain', data_b64: '%%%' }] }, /^attachments\[0\].data_b64: must be base64$/],
  ])('refuses bad input %#: 400, naming the field', async (body, words) => {
    const answer = await chat(body);

    expect([answer.status, answer.json().detail]).toEqual([400, expect.stringMatching(words)]);
  });

  it('says that it does not know a conversation, and denies one of another label, in the page’s words', async () => {
    const unknown = newId();
    const theirs = await aConversation(database.db, { workspaceId, userLabel: 'somebody', said: ['Hi', 'Hello'] });

    const missing = await chat({ message: 'Hi', conversation_id: unknown });
    const denied = await chat({ message: 'Hi', conversation_id: theirs });

    expect([missing.status, missing.json().detail]).toEqual([404, `Conversation error: Conversation ${unknown} not found`]);
    expect([denied.status, denied.json().detail]).toEqual([403, 'Access denied']);
    expect((await chat({ message: 'Hi', conversation_id: theirs, user_id: 'somebody' })).status).toBe(200);
  });

  it('answers 502 when the provider fails, in the page’s words, and the partial answer is kept', async () => {
    const limited = await chat({ message: 'Hi', agent_id: (await anAgent('scripted/limited')).agent_id });
    const dead = await chat({ message: 'Hi', user_id: 'unlucky', agent_id: (await anAgent('scripted/dies')).agent_id });

    expect([limited.status, limited.json().detail, limited.headers['retry-after']]).toEqual([502, expect.stringMatching(/^AI provider error: .*limiting/), '7']);
    expect([dead.status, dead.json().detail]).toEqual([502, expect.stringMatching(/^AI provider error: The scripted provider/)]);
    const [conversation] = await database.db.select().from(conversations).where(eq(conversations.userLabel, 'unlucky'));
    expect(await database.db.select().from(messages).where(eq(messages.conversationId, conversation!.id)).orderBy(messages.seq)).toMatchObject([{ role: 'user' }, { content: 'Half of', status: 'failed' }]);
  });

  it('answers 503 naming the variable when the key is missing, and stores nothing', async () => {
    const { agent_id } = await anAgent('openai/gpt-4.1-mini');

    const answer = await chat({ message: 'Hi', user_id: 'keyless', agent_id });

    expect([answer.status, answer.json().detail]).toEqual([503, 'AI service error: Missing API key for openai provider. Set OPENAI_API_KEY environment variable.']);
    expect(await database.db.$count(conversations, eq(conversations.userLabel, 'keyless'))).toBe(0);
  });

  it('answers a retry in the place of the failed reply', async () => {
    const { agent_id } = await anAgent('scripted/twice');
    await chat({ message: 'All of it?', user_id: 'retrier', agent_id });
    const [conversation] = await database.db.select().from(conversations).where(eq(conversations.userLabel, 'retrier'));
    const before = await web.ask('GET', `/ai/conversations/${conversation!.id}?user_id=retrier`);
    const failed = (before.json().messages as Array<{ id: string; status: string }>)[1];
    expect(failed?.status).toBe('failed');

    const answer = await chat({ conversation_id: conversation!.id, user_id: 'retrier', retry_message_id: failed?.id });

    expect(answer.json()).toMatchObject({ content: 'All of it.' });
    const after = await web.ask('GET', `/ai/conversations/${conversation!.id}?user_id=retrier`);
    const listed = (await web.ask('GET', '/ai/conversations?user_id=retrier')).json() as unknown as Array<{ message_count: number }>;
    expect([after.json().message_count, listed[0]?.message_count]).toEqual([2, 2]);
    expect(after.json().messages).toMatchObject([{ role: 'user', content: 'All of it?' }, { role: 'assistant', content: 'All of it.', status: 'complete' }]);
  });

  it('with an Idempotency-Key is answered once, alone and twice at a time, in one conversation', async () => {
    const { agent_id } = await anAgent('scripted/hello');
    const body = { message: 'Hi', user_id: 'idempotent', agent_id };
    const headers = { 'idempotency-key': 'the same words' };

    const [one, two] = await Promise.all([chat(body, headers), chat(body, headers)]);
    const three = await chat(body, headers);
    const other = await chat({ ...body, message: 'Something else' }, headers);

    expect([two.json().message_id, three.json().message_id]).toEqual([one.json().message_id, one.json().message_id]);
    expect(await database.db.$count(conversations, eq(conversations.userLabel, 'idempotent'))).toBe(1);
    expect(await database.db.$count(usageRecords, eq(usageRecords.conversationId, one.json().conversation_id as string))).toBe(1);
    expect([other.status, other.json().detail]).toEqual([409, 'Idempotency-Key: was used for another message already']);
  });

  it('leaves no file of a request that comes to nothing', async () => {
    const data_b64 = Buffer.from('The treasure lies under the old oak tree.').toString('base64');

    const answer = await chat({ message: 'Where?', user_id: 'pirate', attachments: [{ media_type: 'text/plain', data_b64, name: 'map.txt' }, { media_type: 'image/png', data_b64: Buffer.from([0, 1, 2, 3]).toString('base64'), name: 'x.png' }] });

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await database.db.$count(files, eq(files.name, 'map.txt'))).toBe(0);
    expect(await database.db.$count(conversations, eq(conversations.userLabel, 'pirate'))).toBe(0);
  });

  it('reads what is attached, and answers about it', async () => {
    const data_b64 = Buffer.from('The treasure lies under the old oak tree.').toString('base64');

    const answer = await chat({ message: 'Where is the treasure?', user_id: 'pirate', attachments: [{ media_type: 'text/plain', data_b64, name: 'map.txt' }] });

    expect(answer.status).toBe(200);
    const read = await web.ask('GET', `/ai/conversations/${String(answer.json().conversation_id)}?user_id=pirate`);
    expect(read.json().messages).toMatchObject([{ metadata: { files: [{ name: 'map.txt', kind: 'text', fileIndex: 0 }] } }, {}]);
  });

  it('leaves no conversation behind when what is attached cannot be read', async () => {
    const answer = await chat({ message: 'What is it?', user_id: 'sloppy', attachments: [{ media_type: 'application/pdf', data_b64: Buffer.from('%PDF-1.7 broken').toString('base64'), name: 'x.pdf' }] });

    expect([400, 415]).toContain(answer.status);
    expect(await database.db.$count(conversations, eq(conversations.userLabel, 'sloppy'))).toBe(0);
  });

  it('stops the provider at once when the caller hangs up, and keeps what was said', async () => {
    const { agent_id } = await anAgent('scripted/hangs');
    const begun = async () => Number(/_count (\d+)/.exec(await web.registry.getSingleMetricAsString('parley_chat_first_token_seconds'))?.[1]);
    const before = await begun();
    const gone = new AbortController();
    const asked = fetch(`${web.url}/ai/chat`, {
      method: 'POST', signal: gone.signal, headers: { 'content-type': 'application/json', authorization: 'Bearer parley_test_key_of_the_first_start' },
      body: JSON.stringify({ message: 'Hi', user_id: 'impatient', agent_id }),
    });
    await expect.poll(begun).toBe(before + 1);
    gone.abort();
    await expect(asked).rejects.toThrow();

    await expect.poll(async () => (await database.db.select({ content: messages.content, status: messages.status }).from(messages)
      .innerJoin(conversations, eq(conversations.id, messages.conversationId)).where(eq(conversations.userLabel, 'impatient')).orderBy(messages.seq))[1])
      .toEqual({ content: expect.stringMatching(/^So( far)?$/), status: 'interrupted' });
  });

  it('needs the scope `chat` and the role of an operator', async () => {
    const made = await web.ask('POST', '/api/keys', { body: JSON.stringify({ name: 'narrow', role: 'operator', scopes: ['calls'] }) });
    const chatKey = await web.ask('POST', '/api/keys', { body: JSON.stringify({ name: 'chat', role: 'operator', scopes: ['chat'] }) });
    const viewer = await aPerson(database.db, { [workspaceId]: 'viewer' });
    const body = JSON.stringify({ message: 'Hi' });

    expect((await web.ask('POST', '/ai/chat', { body, key: null })).status).toBe(401);
    expect((await web.ask('POST', '/ai/chat', { body, key: made.json().key as string })).status).toBe(403);
    expect((await askAs(web, viewer, 'POST', '/ai/chat', { message: 'Hi' })).status).toBe(403);
    expect((await web.ask('POST', '/ai/chat', { body, key: chatKey.json().key as string })).status).toBe(200);
  });

  it('takes somebody who is signed in for themselves', async () => {
    const person = await aPerson(database.db, { [workspaceId]: 'operator' });

    const answer = await askAs(web, person, 'POST', '/ai/chat', { message: 'Hi' });

    const [row] = await database.db.select().from(conversations).where(eq(conversations.id, answer.json().conversation_id as string));
    expect(row).toMatchObject({ userLabel: person.email, userId: person.userId });
  });
});

describe('AI_ENABLED=false', () => {
  it('is 503 with the page’s words, and health says so', async () => {
    await using off = await startTestWeb({ db: database.db, environment: { AI_ENABLED: 'false' } });

    const answer = await off.ask('POST', '/ai/chat', { body: '{"message":"Hi"}' });
    const stream = await off.ask('POST', '/ai/chat/stream', { body: '{"message":"Hi"}' });
    const health = await off.ask('GET', '/ai/health', { key: null });

    for (const one of [answer, stream]) expect([one.status, one.json().detail]).toEqual([503, 'AI service error: AI service is disabled']);
    expect(health.json()).toMatchObject({ service: 'ai', status: 'unhealthy', enabled: false, agent_ready: false });
  });
});
