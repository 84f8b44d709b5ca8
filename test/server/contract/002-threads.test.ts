import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { createApiKey } from '@/server/auth/api-keys';
import { auditEvents } from '@/server/audit/tables';
import { conversations, messages } from '@/server/conversations/tables';
import { fileChunks, files } from '@/server/files/tables';
import { usageRecords } from '@/server/usage/tables';
import { aConversation, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { scriptedProviderServer } from '@test/support/fakes/scripted-provider-server';
import { aPerson, type Person } from '@test/support/people';
import { API_KEY, startTestWeb, type TestWeb } from '@test/support/web';

/** The documented page of the agent chat system: every example and field, by fetch, by curl and by a reader of lines. */
let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let person: Person;
let stranger: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({
    db: database.db,
    scripts: {
      hello: { replies: [{ steps: [{ text: 'Hello, ' }, { text: 'how can I help?\nAsk me "anything".' }] }] },
      dies: { replies: [{ steps: [{ text: 'Half of' }, { fail: {} }] }] },
      refuses: { replies: [{ steps: [{ fail: { status: 400, message: 'secret vendor words' } }] }] },
      limited: { replies: [{ steps: [{ fail: { status: 429 } }] }] },
      hangs: { replies: [{ steps: [{ text: 'So far' }, { hang: true }] }] },
      reads: { replies: [{ when: 'the colour of the door', steps: [{ text: 'I have read it.' }] }, { steps: [{ text: 'I see a file.' }] }] },
    },
    limits: { maxRetries: 0 },
  });
  workspaceId = await firstWorkspaceId(database.db);
  [person, stranger] = await Promise.all([aPerson(database.db, { [workspaceId]: 'operator' }), aPerson(database.db, { [workspaceId]: 'operator' })]);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type As = { cookie: string } | { key: string } | null;

/** As a client of the page sends it: JSON with the cookie, or (here) with a key. */
function ask(method: string, path: string, body?: unknown, as: As = person, headers: Record<string, string> = {}, site = web): Promise<Response> {
  const credentials: Record<string, string> = as === null ? {} : 'key' in as ? { authorization: `Bearer ${as.key}` } : { cookie: as.cookie };
  return fetch(`${site.url}${path}`, { method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...credentials, ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

async function answered<T = Record<string, unknown>>(response: Response | Promise<Response>, status: number): Promise<T> {
  const got = await response;
  const text = await got.text();
  expect(got.status, text).toBe(status);
  return JSON.parse(text) as T;
}

const aThread = async (as: As = person): Promise<string> => (await answered<{ thread_id: string }>(ask('POST', '/api/threads/create', undefined, as), 201)).thread_id;

async function anAgent(model: string, more: Partial<typeof agents.$inferInsert> = {}): Promise<string> {
  const slug = `a-${randomUUID().slice(0, 8)}`;
  const [row] = await database.db.insert(agents).values({ workspaceId, slug, name: `Agent ${slug}`, model, ...more }).returning({ id: agents.id });
  return row!.id;
}

const run = (threadId: string, modelId: string, message = 'Hello, can you help me with a question?', headers: Record<string, string> = {}, as: As = person) =>
  ask('POST', '/api/threads/runs', { message, thread_id: threadId, model_id: modelId }, as, headers);

interface Message { role: string; content: string; metadata: Record<string, unknown> }
const details = async (threadId: string, as: As = person) => (await answered<{ messages: Message[] }>(ask('POST', '/api/threads/', { thread_id: threadId }, as), 200)).messages;
interface Listed { memories: { id: string; title: string }[]; next_offset: number | null }
const listed = (body?: object, as: As = person) => answered<Listed>(ask('POST', '/api/threads/list', body, as), 200);
const list = async (body?: object, as: As = person) => (await listed(body, as)).memories;
const models = async (body?: object, as: As = person) => (await answered<{ models: Record<string, unknown>[] }>(ask('POST', '/api/models', body, as), 200)).models;

/** The stream, line by line, as it comes. */
async function linesOf(response: Response): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: Readable.from(response.body as unknown as AsyncIterable<Uint8Array>) })) lines.push(line);
  return lines;
}

/** What the frames say; every line is a frame, empty, or a comment. */
async function framesOf(response: Response): Promise<{ content: string; errors: string[]; done: boolean }> {
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const said = { content: '', errors: [] as string[], done: false };
  for (const line of await linesOf(response)) {
    if (line === '' || line.startsWith(':')) continue;
    expect(line).toMatch(/^data: /);
    expect(said.done).toBe(false);
    const data = line.slice('data: '.length);
    if (data === '[DONE]') { said.done = true; continue; }
    const frame = JSON.parse(data) as { content?: string; error?: string };
    expect(Object.keys(frame)).toHaveLength(1);
    said.content += frame.content ?? '';
    if (frame.error !== undefined) said.errors.push(frame.error);
  }
  return said;
}

const errorOf = async (response: Response | Promise<Response>, status: number): Promise<string> => {
  const body = await answered<{ error: string; detail?: string }>(response, status);
  expect(body.error).toEqual(expect.any(String));
  expect('detail' in body).toBe(status === 401);
  return body.error;
};

const NOBODY = '550e8400-e29b-41d4-a716-446655440000';

describe('every route of the page', () => {
  const routes: [method: string, path: string, body?: object][] = [
    ['POST', '/api/threads/create'], ['POST', '/api/threads/', { thread_id: NOBODY }], ['DELETE', '/api/threads/', { thread_id: NOBODY }], ['POST', '/api/threads/list'],
    ['POST', '/api/threads/runs', { message: 'Hello', thread_id: NOBODY, model_id: NOBODY }], ['POST', '/api/files/upload'], ['POST', '/api/models'], ['GET', '/api/default-config'],
  ];

  it.each(routes)('%s %s is 401 {error} without credentials and with ones that do not count', async (method, path, body) => {
    for (const as of [null, { cookie: 'sessionid=not-a-session' }, { key: 'parley_not_a_key' }] as const) {
      const answer = await answered(ask(method, path, body, as), 401);
      expect(answer).toEqual({ error: expect.any(String) as string, detail: answer.error });
    }
  });

  it.each(routes)('%s %s answers the same with and without the slash at the end', async (method, path, body) => {
    const [without, withSlash] = await Promise.all([path.replace(/\/$/, ''), `${path.replace(/\/$/, '')}/`].map(async (one) => (await ask(method, one, body)).status));
    expect(without).toBe(withSlash);
    expect(without).not.toBe(405);
  });

  it('says what is wrong with a body as {error}, and never more than that', async () => {
    for (const path of ['/api/threads/', '/api/threads/list', '/api/threads/runs', '/api/models']) {
      const broken = await fetch(`${web.url}${path}`, { method: 'POST', headers: { cookie: person.cookie, 'content-type': 'application/json' }, body: '{"thread_id":' });
      await errorOf(broken, 400);
      await errorOf(ask('POST', path, []), 400);
    }
    await errorOf(ask('GET', '/api/threads/create'), 405);
  });

  it('is not for a key without the scope, and writing not for viewers', async () => {
    const { key: narrow } = await createApiKey(database.db, { workspaceId, name: 'narrow', role: 'admin', scopes: ['calls'] });
    const { key: chatter } = await createApiKey(database.db, { workspaceId, name: 'chatter', role: 'operator', scopes: ['chat'] });
    const { key: viewer } = await createApiKey(database.db, { workspaceId, name: 'viewer', role: 'viewer' });
    expect(await errorOf(ask('POST', '/api/threads/create', undefined, { key: narrow }), 403)).toContain('chat');
    await aThread({ key: chatter });
    await errorOf(ask('POST', '/api/threads/create', undefined, { key: viewer }), 403);
    expect(await list(undefined, { key: viewer })).toEqual([]);
  });
});

describe('POST /api/threads/create', () => {
  it('makes a thread, 201, that is there at once and listed when something was said in it', async () => {
    const made = await answered(ask('POST', '/api/threads/create'), 201);
    expect(made).toEqual({ thread_id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string });
    const id = made.thread_id as string;
    expect(await answered(ask('POST', '/api/threads/', { thread_id: id }), 200)).toEqual({ messages: [] });
    expect((await list()).map((one) => one.id)).not.toContain(id);
    await framesOf(await run(id, await anAgent('scripted/hello')));
    expect((await list())[0]).toEqual({ id, title: 'Hello, can you help me with a question?' });
  });
});

describe('POST /api/threads/', () => {
  it('answers the messages with role, content and metadata', async () => {
    const id = await aThread();
    await framesOf(await run(id, await anAgent('scripted/hello')));
    expect(await details(id)).toEqual([
      { role: 'user', content: 'Hello, can you help me with a question?', metadata: {} },
      { role: 'assistant', content: 'Hello, how can I help?\nAsk me "anything".', metadata: {} },
    ]);
  });

  it.each([
    [{}, 400, 'Thread ID is required'],
    [{ thread_id: '' }, 400, 'Thread ID is required'],
    [{ thread_id: null }, 400, 'Thread ID is required'],
    [{ thread_id: 'abc' }, 400, 'thread_id: must be a UUID'],
    [{ thread_id: 7 }, 400, 'thread_id: must be text'],
    [{ thread_id: NOBODY }, 404, 'Thread not found'],
  ])('%j: %i %s', async (body, status, words) => {
    expect(await errorOf(ask('POST', '/api/threads/', body), status)).toBe(words);
    expect(await errorOf(ask('DELETE', '/api/threads/', body), status)).toBe(words);
  });

  it('knows neither other people’s threads nor other workspaces’', async () => {
    const theirs = await aThread(stranger);
    const ofKey = await aThread({ key: API_KEY });
    const elsewhere = await aConversation(database.db, { workspaceId: await aWorkspace(database.db), userLabel: person.email, said: ['Hidden'] });
    const agent = await anAgent('scripted/hello');
    for (const id of [theirs, ofKey, elsewhere]) {
      expect(await errorOf(ask('POST', '/api/threads/', { thread_id: id }), 404)).toBe('Thread not found');
      expect(await errorOf(run(id, agent), 404)).toBe('Thread not found');
      expect(await errorOf(ask('DELETE', '/api/threads/', { thread_id: id }), 404)).toBe('Thread not found');
    }
    expect(await details(theirs, stranger)).toEqual([]);
    expect(await details(ofKey, { key: API_KEY })).toEqual([]);
  });

  it('leaves a reply out that another one has taken the place of', async () => {
    const id = await aThread();
    await framesOf(await run(id, await anAgent('scripted/hello')));
    await database.db.update(messages).set({ metadata: { replacedBy: randomUUID() } }).where(and(eq(messages.conversationId, id), eq(messages.role, 'assistant')));
    expect((await details(id)).map(({ role }) => role)).toEqual(['user']);
  });
});

describe('DELETE /api/threads/', () => {
  it('deletes the thread with its messages and files, and leaves what it cost', async () => {
    const id = await aThread();
    await framesOf(await run(id, await anAgent('scripted/hello')));
    await framesOf(await upload({ thread_id: id, file: textFile('notes.txt', 'The door is green.') }));
    expect(await database.db.$count(fileChunks)).toBeGreaterThan(0);
    const paid = await database.db.$count(usageRecords, eq(usageRecords.conversationId, id));
    expect(paid).toBeGreaterThan(0);

    expect(await answered(ask('DELETE', '/api/threads/', { thread_id: id }), 200)).toEqual({ success: true, message: 'Thread deleted successfully' });

    expect(await answered(ask('DELETE', '/api/threads/', { thread_id: id }), 404)).toEqual({ success: false, error: 'Thread not found' });
    expect(await errorOf(ask('POST', '/api/threads/', { thread_id: id }), 404)).toBe('Thread not found');
    expect([await database.db.$count(messages, eq(messages.conversationId, id)), await database.db.$count(files, eq(files.conversationId, id))]).toEqual([0, 0]);
    expect(await database.db.$count(usageRecords, eq(usageRecords.conversationId, id))).toBe(paid);
    const [audited] = await database.db.select().from(auditEvents).where(and(eq(auditEvents.action, 'conversation.delete'), eq(auditEvents.subjectId, id)));
    expect(audited).toMatchObject({ actorId: person.userId, details: { channel: 'chat', messages: 4 } });
  });

  it('keeps one in which somebody is talking', async () => {
    const id = await aThread();
    await database.db.update(conversations).set({ status: 'active' }).where(eq(conversations.id, id));
    expect(await errorOf(ask('DELETE', '/api/threads/', { thread_id: id }), 409)).toContain('talking');
    expect(await details(id)).toEqual([]);
  });
});

describe('POST /api/threads/list', () => {
  it('answers all of the caller’s threads on every channel, newest first, each with its first words', async () => {
    const who = await aPerson(database.db, { [workspaceId]: 'viewer' });
    const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes));
    const ids: string[] = [];
    for (let index = 0; index < 25; index++)
      ids.push(await aConversation(database.db, { workspaceId, userLabel: who.email, said: [`Question ${index}`], title: `Question ${index}`, updatedAt: at(index), channel: index % 2 ? 'browser' : 'chat' }));
    const silent = await aConversation(database.db, { workspaceId, userLabel: who.email, said: ['…'], updatedAt: at(30) });
    await database.db.update(conversations).set({ userId: who.userId }).where(eq(conversations.userLabel, who.email));

    const all = await list(undefined, who);
    expect(all).toEqual([{ id: silent, title: ' - ' }, ...ids.map((id, index) => ({ id, title: `Question ${index}` })).toReversed()]);
    expect(await list({}, who)).toEqual(all);
    expect(await listed({ limit: 2, offset: 1 }, who)).toEqual({ memories: all.slice(1, 3), next_offset: 3 });
    expect(await listed({ limit: 25, offset: 1 }, who)).toEqual({ memories: all.slice(1), next_offset: null });
    expect((await listed(undefined, who)).next_offset).toBeNull();
    expect(await errorOf(ask('POST', '/api/threads/list', { limit: 0 }, who), 400)).toMatch(/^limit: /);
  });

  it('gives administrators their own threads with titles, and in the list of everybody’s those of others', async () => {
    const admin = await aPerson(database.db, { [workspaceId]: 'admin' });
    const [own, theirs] = [await aThread(admin), await aThread()];
    const agent = await anAgent('scripted/hello');
    await framesOf(await run(own, agent, 'The admin’s question', {}, admin));
    await framesOf(await run(theirs, agent, 'Somebody’s question'));

    expect(await list(undefined, admin)).toEqual([{ id: own, title: 'The admin’s question' }]);
    const { conversations: all } = await answered<{ conversations: { id: string; title: string }[] }>(ask('GET', '/api/conversations', undefined, admin), 200);
    expect(all.filter(({ id }) => id === own || id === theirs).map(({ id, title }) => ({ id, title })))
      .toEqual([{ id: theirs, title: 'Somebody’s question' }, { id: own, title: 'The admin’s question' }]);
  });

  it('gives a program the threads of its own label, and nobody’s else', async () => {
    const { key } = await createApiKey(database.db, { workspaceId, name: 'Shop window', role: 'operator', scopes: ['chat'] });
    const id = await aThread({ key });
    await framesOf(await run(id, await anAgent('scripted/hello'), 'Hi', {}, { key }));
    expect(await list(undefined, { key })).toEqual([{ id, title: 'Hi' }]);
    expect(await list(undefined, { key: API_KEY })).not.toContainEqual({ id, title: 'Hi' });
    expect(await list()).not.toContainEqual({ id, title: 'Hi' });
  });
});

describe.each([['builtin/assistant', "What's 25 times 4 plus 10?", 'The result is 110.'], ['scripted/hello', 'Hello?', 'Hello, how can I help?\nAsk me "anything".']])('POST /api/threads/runs with %s', (model, question, answer) => {
  let agent: string;
  beforeAll(async () => { agent = await anAgent(model); });

  it('streams frames of content and ends with [DONE]', async () => {
    const id = await aThread();
    const response = await run(id, agent, question);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toContain('no-transform');
    expect(await framesOf(response)).toEqual({ content: answer, errors: [], done: true });
    expect((await details(id)).map(({ role, content }) => [role, content])).toEqual([['user', question], ['assistant', answer]]);
  });

  it('streams the bare text to whoever asks for text', async () => {
    const response = await run(await aThread(), agent, question, { accept: 'text/plain' });
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response.text()).toBe(answer);
    const both = await run(await aThread(), agent, question, { accept: 'text/event-stream, text/plain;q=0.5' });
    expect((await framesOf(both)).done).toBe(true);
  });

  it('works as a curl that is pasted, with the cookie', async () => {
    const id = await aThread();
    const { stdout } = await promisify(execFile)('curl', [
      '-sN', '-X', 'POST', `${web.url}/api/threads/runs`, '-b', person.cookie, '-H', 'Content-Type: application/json',
      '-d', JSON.stringify({ message: question, thread_id: id, model_id: agent }),
    ]);
    expect(stdout).toMatch(/^data: \{"content":/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('data: [DONE]');
  });

  it('answers two tabs at once, one after the other, in one thread', async () => {
    const id = await aThread();
    const tabs = await Promise.all([run(id, agent, question), run(id, agent, question)]);
    expect(await Promise.all(tabs.map(framesOf))).toEqual([1, 2].map(() => ({ content: answer, errors: [], done: true })));
    expect((await details(id)).map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });
});

describe('POST /api/threads/runs', () => {
  it.each([
    ['nothing', {}, 'Message is required'],
    ['an empty message', { message: '', thread_id: 'x' }, 'Message is required'],
    ['white space', { message: ' \n\t', thread_id: NOBODY, model_id: NOBODY }, 'Message is required'],
    ['null', { message: null }, 'Message is required'],
    ['no thread', { message: 'Hi' }, 'Thread ID is required'],
    ['an empty thread', { message: 'Hi', thread_id: '', model_id: NOBODY }, 'Thread ID is required'],
    ['no model', { message: 'Hi', thread_id: NOBODY }, 'Model ID is required'],
    ['an empty model', { message: 'Hi', thread_id: NOBODY, model_id: '' }, 'Model ID is required'],
    ['a thread id that is none', { message: 'Hi', thread_id: 'abc', model_id: NOBODY }, 'thread_id: must be a UUID'],
    ['a number', { message: 7, thread_id: NOBODY, model_id: NOBODY }, 'message: must be text'],
    ['NUL', { message: 'nul\u0000nul', thread_id: NOBODY, model_id: NOBODY }, 'message: must not contain NUL or broken characters'],
    ['too long a message', { message: 'x'.repeat(100_001), thread_id: NOBODY, model_id: NOBODY }, 'message: must have at most 100000 characters; send a longer text as a file'],
  ])('checks in the documented order: %s is 400', async (_what, body, words) => {
    expect(await errorOf(ask('POST', '/api/threads/runs', body), 400)).toBe(words);
  });

  it('refuses a body beyond a megabyte with 413, and takes the longest message', async () => {
    await errorOf(run(await aThread(), NOBODY, 'x'.repeat(1_100_000)), 413);
    const id = await aThread();
    expect(await framesOf(await run(id, await anAgent('scripted/hello'), 'x'.repeat(100_000)))).toMatchObject({ errors: [], done: true });
    expect((await details(id))[0]!.content).toHaveLength(100_000);
    expect((await list())[0]!.title).toHaveLength(200);
  });

  it('is 404 for a model that is not there, is switched off or is another workspace’s', async () => {
    const id = await aThread();
    const [elsewhere] = await database.db.insert(agents).values({ workspaceId: await aWorkspace(database.db), slug: 'away', name: 'Away' }).returning({ id: agents.id });
    for (const model of [NOBODY, 'gpt-4', elsewhere!.id, 'away', await anAgent('scripted/hello', { isActive: false })])
      expect(await errorOf(run(id, model), 404)).toBe(`Model with ID ${model} not found.`);
    expect(await details(id)).toEqual([]);
  });

  it('is 403 for an agent that is for others', async () => {
    const id = await aThread();
    const agent = await anAgent('scripted/hello', { allowedUserIds: [stranger.userId] });
    expect(await errorOf(run(id, agent), 403)).toBe('You do not have permission to access this agent.');
    expect((await framesOf(await run(await aThread(stranger), agent, 'Hi', {}, stranger))).done).toBe(true);
  });

  it('is answered by the model that was sent last, by id or by slug', async () => {
    const id = await aThread();
    const hello = await anAgent('scripted/hello');
    const slug = `s-${randomUUID().slice(0, 8)}`;
    const builtin = await anAgent('builtin/assistant', { slug });
    await framesOf(await run(id, hello));
    expect((await framesOf(await run(id, slug, "What's 25 times 4 plus 10?"))).content).toBe('The result is 110.');
    const [row] = await database.db.select().from(conversations).where(eq(conversations.id, id));
    expect(row).toMatchObject({ agentId: builtin, userId: person.userId, userLabel: person.email, channel: 'chat' });
  });

  it('tells a failure behind the first words in the stream, keeps the words and marks them', async () => {
    const agent = await anAgent('scripted/dies');
    const id = await aThread();
    const response = await run(id, agent);
    expect(response.status).toBe(200);
    const { content, errors: [error], done } = await framesOf(response);
    expect([content, typeof error, done]).toEqual(['Half of', 'string', true]);
    expect((await details(id))[1]).toEqual({ role: 'assistant', content: 'Half of', metadata: { status: 'failed', error } });
    expect((await framesOf(await run(id, await anAgent('scripted/hello')))).errors).toEqual([]);

    const text = await (await run(await aThread(), agent, 'Hi', { accept: 'text/plain' })).text();
    expect(text).toBe(`Half of\n[Stream Error]: ${error}\n`);
  });

  it.each([['refuses', 502], ['limited', 502]])('answers a provider that %s before the first word with %i', async (script, status) => {
    const id = await aThread();
    const error = await errorOf(run(id, await anAgent(`scripted/${script}`)), status);
    expect(error).not.toContain('secret vendor words');
    expect((await details(id))[0]).toMatchObject({ role: 'user' });
  });

  it('says which variable is missing, 503', async () => {
    expect(await errorOf(run(await aThread(), await anAgent('openai/gpt-4o')), 503)).toContain('OPENAI_API_KEY');
  });

  it('keeps what was said when the client hangs up', async () => {
    const id = await aThread();
    const hangUp = new AbortController();
    const response = await fetch(`${web.url}/api/threads/runs`, {
      method: 'POST', signal: hangUp.signal, headers: { cookie: person.cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'Hi', thread_id: id, model_id: await anAgent('scripted/hangs') }),
    });
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    for (let read = ''; !read.includes(' far');) read += decoder.decode((await reader.read()).value);
    hangUp.abort();
    await expect.poll(() => details(id)).toEqual([
      { role: 'user', content: 'Hi', metadata: {} }, { role: 'assistant', content: 'So far', metadata: { status: 'interrupted' } },
    ]);
  });

  it('says that an answer was stopped to who sends the request again under its Idempotency-Key', async () => {
    const id = await aThread();
    const agent = await anAgent('scripted/hangs');
    const key = randomUUID();
    const response = await run(id, agent, 'Hi', { 'idempotency-key': key });
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    for (let read = ''; !read.includes(' far');) read += decoder.decode((await reader.read()).value);
    expect(await answered(ask('POST', '/ai/chat/stop', { idempotency_key: key }), 200)).toEqual({ stopped: true });
    await reader.cancel();

    expect(await framesOf(await run(id, agent, 'Hi', { 'idempotency-key': key }))).toEqual({ content: 'So far', errors: ['Stopped before its end'], done: true });
    expect(await (await run(id, agent, 'Hi', { 'idempotency-key': key, accept: 'text/plain' })).text()).toBe('So far\n[Stream Error]: Stopped before its end\n');
    expect(await details(id)).toHaveLength(2);
  });

  it('does not ask again for a request that is sent again under its Idempotency-Key', async () => {
    const id = await aThread();
    const agent = await anAgent('scripted/hello');
    const key = { 'idempotency-key': randomUUID() };
    const first = await framesOf(await run(id, agent, 'Hi', key));
    expect(await framesOf(await run(id, agent, 'Hi', key))).toEqual(first);
    expect(await details(id)).toHaveLength(2);
  });

  it('tells the whole answer of such a request after a restart too', async () => {
    const id = await aThread();
    const agent = await anAgent('scripted/hello');
    const headers = { 'idempotency-key': randomUUID() };
    const { content } = await framesOf(await run(id, agent, 'Hi', headers));
    await using restarted = await startTestWeb({ db: database.db, scripts: { hello: { replies: [{ steps: [{ text: 'Asked twice' }] }] } } });
    const again = await fetch(`${restarted.url}/api/threads/runs`, {
      method: 'POST', headers: { cookie: person.cookie, 'content-type': 'application/json', ...headers }, body: JSON.stringify({ message: 'Hi', thread_id: id, model_id: agent }),
    });
    expect(await framesOf(again)).toEqual({ content, errors: [], done: true });
    expect(await details(id)).toHaveLength(2);
  });

  it('refuses the Idempotency-Key of one thread in another', async () => {
    const [id, other] = [await aThread(), await aThread()];
    const agent = await anAgent('scripted/hello');
    const key = { 'idempotency-key': randomUUID() };
    await framesOf(await run(id, agent, 'Hi', key));
    expect(await errorOf(run(other, agent, 'Hi', key), 409)).toMatch(/^Idempotency-Key: /);
    expect(await details(other)).toEqual([]);
  });

  it('refuses an Idempotency-Key that no client means', async () => {
    const key = { 'idempotency-key': 'x'.repeat(256) };
    expect(await errorOf(run(await aThread(), await anAgent('scripted/hello'), 'Hi', key), 400)).toBe('Idempotency-Key: must have at most 255 characters');
  });

  it('ends in an error when the thread is deleted while it is answered, and leaves nothing of it', async () => {
    let goOn = () => {};
    await using vendor = await scriptedProviderServer('llama-cpp', [{ text: ['So', ' far'], rest: { when: new Promise<void>((resolve) => { goOn = resolve; }), text: ' and no further' } }]);
    await using site = await startTestWeb({ db: database.db, environment: { OPENAI_BASE_URL: vendor.baseUrl } });
    const id = await aThread();
    const response = await ask('POST', '/api/threads/runs', { message: 'Tell me at length', thread_id: id, model_id: await anAgent('llama-cpp/m') }, person, {}, site);
    const [seen, rest] = response.body!.tee();
    const reader = seen.getReader();
    const decoder = new TextDecoder();
    for (let read = ''; !read.includes(' far');) read += decoder.decode((await reader.read()).value);
    void reader.cancel();

    expect(await answered(ask('DELETE', '/api/threads/', { thread_id: id }, person, {}, site), 200)).toMatchObject({ success: true });
    goOn();

    const { content, errors, done } = await framesOf(new Response(rest, { headers: response.headers }));
    expect([content.startsWith('So far'), errors, done]).toEqual([true, [expect.any(String)], true]);
    expect(await errorOf(ask('POST', '/api/threads/', { thread_id: id }), 404)).toBe('Thread not found');
    expect((await list()).map((one) => one.id)).not.toContain(id);
    expect([await database.db.$count(conversations, eq(conversations.id, id)), await database.db.$count(messages, eq(messages.conversationId, id))]).toEqual([0, 0]);
  });

  it('is 503 {error} while the AI service is switched off', async () => {
    await using off = await startTestWeb({ db: database.db, environment: { AI_ENABLED: 'false' } });
    const id = await aThread();
    const answer = await off.ask('POST', '/api/threads/runs', { key: null, headers: { cookie: person.cookie }, body: JSON.stringify({ message: 'Hi', thread_id: id, model_id: await anAgent('scripted/hello') }) });
    expect([answer.status, answer.json().error]).toEqual([503, expect.stringContaining('disabled')]);
  });
});

const textFile = (name: string, text: string) => new File([text], name, { type: 'text/plain' });

function upload(fields: Record<string, string | File>, headers: Record<string, string> = {}, as: Person = person): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return fetch(`${web.url}/api/files/upload`, { method: 'POST', headers: { cookie: as.cookie, ...headers }, body: form });
}

describe('POST /api/files/upload', () => {
  it('attaches the file and streams the answer about it, wherever the thread’s id stands in the form', async () => {
    const id = await aThread();
    const agent = await anAgent('scripted/reads');
    const file = textFile('doors.txt', 'the colour of the door is green');
    const answers = [
      await framesOf(await upload({ thread_id: id, file, model_id: agent })),
      await framesOf(await upload({ file, thread_id: id })),
    ];
    expect(answers).toEqual([1, 2].map(() => ({ content: expect.any(String) as string, errors: [], done: true })));
    expect(answers[0]!.content).not.toBe('');
    expect(await (await upload({ file, thread_id: id }, { accept: 'text/plain' })).text()).toBe(answers[0]!.content);

    const said = await details(id);
    expect(said.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user', 'assistant']);
    expect(said[2]).toEqual({ role: 'user', content: '[File uploaded: doors.txt]', metadata: { filename: 'doors.txt', media_type: 'text/plain', file_index: 1 } });
    expect((await list())[0]).toEqual({ id, title: '[File uploaded: doors.txt]' });
  });

  it('works as a curl that is pasted', async () => {
    const id = await aThread();
    const { stdout } = await promisify(execFile)('curl', [
      '-sN', '-X', 'POST', `${web.url}/api/files/upload`, '-b', person.cookie, '-F', `file=@${import.meta.filename};filename=code.txt;type=text/plain`, '-F', `thread_id=${id}`,
    ]);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('data: [DONE]');
    expect((await details(id))[0]!.content).toBe('[File uploaded: code.txt]');
  });

  it('keeps one file and asks once when it is sent again under its Idempotency-Key, later or at the same time', async () => {
    const id = await aThread();
    const headers = { 'idempotency-key': randomUUID() };
    const send = async () => framesOf(await upload({ thread_id: id, file: textFile('notes.txt', 'The door is green.') }, headers));
    const [first, ...others] = [...await Promise.all([send(), send()]), await send()];
    expect(first).toMatchObject({ errors: [], done: true });
    expect(others).toEqual([first, first]);
    expect((await details(id)).map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(await database.db.$count(files, eq(files.conversationId, id))).toBe(1);
  });

  it('keeps no file of an upload whose key was another request’s', async () => {
    const [id, other] = [await aThread(), await aThread()];
    const headers = { 'idempotency-key': randomUUID() };
    await framesOf(await upload({ thread_id: id, file: textFile('notes.txt', 'The door is green.') }, headers));
    expect(await errorOf(upload({ thread_id: id, file: textFile('others.txt', 'The door is red.') }, headers), 409)).toMatch(/^Idempotency-Key: /);
    expect(await errorOf(upload({ thread_id: other, file: textFile('notes.txt', 'The door is green.') }, headers), 409)).toMatch(/^Idempotency-Key: /);
    expect(await Promise.all([id, other].map((one) => database.db.$count(files, eq(files.conversationId, one))))).toEqual([1, 0]);
    expect(await details(other)).toEqual([]);
  });

  it('keeps the client’s name for show only', async () => {
    const id = await aThread();
    await framesOf(await upload({ thread_id: id, file: textFile('../../etc/passwd.txt', 'root') }));
    expect((await details(id))[0]!.content).toBe('[File uploaded: passwd.txt]');
  });

  it('says what is missing, and leaves nothing of what it does not take', async () => {
    const id = await aThread();
    const file = textFile('a.txt', 'a');
    expect(await errorOf(upload({ thread_id: id }), 400)).toBe('File is required');
    expect(await errorOf(upload({ thread_id: id, file: 'no file' }), 400)).toBe('File is required');
    expect(await errorOf(upload({ file }), 400)).toBe('Thread ID is required');
    expect(await errorOf(upload({ thread_id: 'abc', file }), 400)).toBe('thread_id: must be a UUID');
    expect(await errorOf(upload({ thread_id: NOBODY, file }), 404)).toBe('Thread not found');
    expect(await errorOf(upload({ thread_id: await aThread(stranger), file }), 404)).toBe('Thread not found');
    expect(await errorOf(upload({ thread_id: id, file, model_id: NOBODY }), 404)).toBe(`Model with ID ${NOBODY} not found.`);
    expect(await errorOf(upload({ thread_id: id, other: file }), 400)).toMatch(/^other: /);
    expect(await errorOf(upload({ thread_id: id, file: new File([], 'empty.txt') }), 400)).toMatch(/empty/);
    expect(await errorOf(upload({ thread_id: id, file: new File([new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3])], 'program.txt') }), 415)).toMatch(/^file: /);
    expect(await errorOf(ask('POST', '/api/files/upload', { thread_id: id }), 415)).toContain('multipart/form-data');
    expect([await details(id), await database.db.$count(files, eq(files.conversationId, id))]).toEqual([[], 0]);
  });

  it.each([
    ['has no boundary', 'multipart/form-data', 'x'],
    ['ends in the middle', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf of'],
    ['is none', 'multipart/form-data; boundary=b', 'nothing of the kind'],
  ])('refuses a form that %s', async (_what, type, body) => {
    const response = await fetch(`${web.url}/api/files/upload`, { method: 'POST', headers: { cookie: person.cookie, 'content-type': type }, body });
    await errorOf(response, 400);
  });

  it('refuses a file beyond FILE_MAX_MEGABYTES while it comes', async () => {
    await using small = await startTestWeb({ db: database.db, environment: { FILE_MAX_MEGABYTES: '1' } });
    const form = new FormData();
    form.append('file', new File([new Uint8Array(1_100_000).fill(97)], 'large.txt'));
    form.append('thread_id', await aThread());
    const response = await fetch(`${small.url}/api/files/upload`, { method: 'POST', headers: { cookie: person.cookie }, body: form });
    expect(await errorOf(response, 413)).toContain('1 MB');
  });
});

describe('POST /api/models', () => {
  it('answers the agents that the caller may use, in every documented field', async () => {
    const id = await anAgent('scripted/hello', { name: 'Reception', description: 'Answers the door', tags: ['front', 'desk'] });
    const others = await anAgent('scripted/hello', { allowedUserIds: [stranger.userId] });
    const off = await anAgent('scripted/hello', { isActive: false });
    const all = await models();
    expect(all).toContainEqual({ id, name: 'Reception', label: 'Reception', description: 'Answers the door', suggested_messages: [], overview_html: '' });
    const ids = all.map((one) => one.id);
    expect(ids).not.toContain(others);
    expect(ids).not.toContain(off);
    expect((await models(undefined, stranger)).map((one) => one.id)).toContain(others);
    expect(await models({})).toEqual(all);
  });

  it('answers those that have one of the tags, if tags are asked for', async () => {
    const tag = `t-${randomUUID()}`;
    const [one, two] = [await anAgent('scripted/hello', { tags: [tag, 'x'], createdAt: new Date('2026-01-01T00:00:00Z') }), await anAgent('scripted/hello', { tags: [`${tag}-2`] })];
    expect((await models({ tags: [tag] })).map(({ id }) => id)).toEqual([one]);
    expect((await models({ tags: [tag, `${tag}-2`] })).map(({ id }) => id)).toEqual([one, two]);
    expect(await models({ tags: ['nobody has it'] })).toEqual([]);
    expect(await errorOf(ask('POST', '/api/models', { tags: 'front' }), 400)).toMatch(/^tags: /);
  });
});

describe('GET /api/default-config', () => {
  it('answers the default agent', async () => {
    const [agent] = await database.db.select().from(agents).where(and(eq(agents.workspaceId, workspaceId), eq(agents.isDefault, true)));
    expect(await answered(ask('GET', '/api/default-config'), 200)).toEqual({ model: agent!.id, model_name: agent!.name, system_prompt: agent!.systemPrompt });
    expect((await framesOf(await run(await aThread(), agent!.id))).done).toBe(true);
  });

  it('is 404 {error} when there is none for the caller', async () => {
    const elsewhere = await aWorkspace(database.db);
    const alone = await aPerson(database.db, { [elsewhere]: 'owner' });
    await errorOf(ask('GET', '/api/default-config', undefined, alone), 404);
    await database.db.insert(agents).values({ workspaceId: elsewhere, slug: 'default', name: 'Default', isDefault: true, allowedUserIds: [] });
    const viewer = await aPerson(database.db, { [elsewhere]: 'viewer' });
    await errorOf(ask('GET', '/api/default-config', undefined, viewer), 404);
    expect(await answered(ask('GET', '/api/default-config', undefined, alone), 200)).toMatchObject({ model_name: 'Default', system_prompt: '' });
  });
});
