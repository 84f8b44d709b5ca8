import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eq } from 'drizzle-orm';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { conversations, messages } from '@/server/conversations/tables';
import { workspaces } from '@/server/workspaces/tables';
import { aConversation } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { scriptedProviderServer } from '@test/support/fakes/scripted-provider-server';
import { API_KEY, startTestWeb, type TestWeb, type TestWebOptions } from '@test/support/web';

/**
 * The AI service as the documented page has it: its examples run as they are written, only the origin is another one. Its
 * clients send no key, so they come from an open network.
 */
const OPEN = { PARLEY_OPEN_NETWORKS: '127.0.0.0/8' };
const ORIGIN = 'http://localhost:8000';
const SCRIPTS: TestWebOptions['scripts'] = {
  page: {
    replies: [
      { when: 'fail at once', steps: [{ fail: { status: 429, message: 'sk-secret Rate limit exceeded' } }] },
      { when: 'fail in the middle', steps: [{ text: 'Half of it' }, { fail: { message: 'sk-secret' } }] },
      { when: 'with data', steps: [{ text: 'first: second: "third"\nand data: so\n\nit goes 😀' }] },
      { steps: [{ text: 'FastAPI is a modern web framework for Python.' }] },
    ],
  },
};

type Json = Record<string, unknown>;
interface Frame { event: string; data: Json }

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string;
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) as string;
const NUMBER = expect.any(Number) as number;
const TEXT = expect.stringMatching(/./s) as string;
const LIST = expect.any(Array) as unknown[];
const UNKNOWN = '7f8de9b6-3a2e-4f3c-9d55-3f1f7d5b0c11';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());

/** `jq` as the page uses it: one field raw, or everything. */
const JQ = `jq() { node -e 'const v = JSON.parse(require("fs").readFileSync(0, "utf8")); const path = process.argv[2]; console.log(path ? v[path.slice(1)] : JSON.stringify(v, null, 2))' -- "$@"; }`;

/** A shell example of the page, in an empty folder. */
function shell(web: TestWeb, example: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-page-'));
  const child = spawn('bash', ['-euo', 'pipefail', '-c', `${JQ}\n${example.replaceAll(ORIGIN, web.url).replaceAll(/\bcurl /g, 'curl --silent --show-error ')}`], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let [out, problems] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { problems += chunk.toString(); });
    child.on('close', (code) => {
      rmSync(folder, { recursive: true, force: true });
      if (code === 0) resolve(out);
      else reject(new Error(`${code}: ${problems}${out}`));
    });
  });
}

/** The page's httpx client: line by line, each split at its first colon. */
function lines(web: TestWeb, body: unknown): Promise<{ type: string | undefined; frames: Frame[] }> {
  return new Promise((resolve, reject) => {
    const frames: Frame[] = [];
    const sent = request(`${web.url}/ai/chat/stream`, { method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
      let event = '';
      createInterface({ input: response })
        .on('line', (line) => {
          if (line.startsWith('event:')) event = line.split(':')[1]!.trim();
          else if (line.startsWith('data:')) frames.push({ event, data: JSON.parse(line.slice(line.indexOf(':') + 1)) as Json });
        })
        .on('close', () => resolve({ type: response.headers['content-type'], frames }));
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

const parse = (stream: string): Frame[] => stream.split('\n\n').filter((frame) => /^event:/m.test(frame)).map((frame) => ({
  event: /^event: (.*)$/m.exec(frame)![1]!,
  data: JSON.parse(frame.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(6)).join('\n')) as Json,
}));

const names = (frames: Frame[]) => frames.map(({ event }) => event).filter((event, index, all) => event !== all[index - 1]);

describe.each(['builtin/assistant', 'scripted/page'])('the AI service with %s', (model) => {
  const [provider, name] = model.split('/') as [string, string];
  let web: TestWeb;
  beforeAll(async () => {
    web = await startTestWeb({ db: database.db, environment: { ...OPEN, LLM_MODEL: model }, scripts: SCRIPTS, limits: { maxRetries: 0 } });
  });
  afterAll(() => web[Symbol.asyncDispose]());
  beforeEach(() => database.db.delete(conversations));

  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${web.url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Json };
  };
  const get = async (path: string) => {
    const response = await fetch(`${web.url}${path}`);
    return { status: response.status, body: (await response.json()) as Json };
  };
  const rowOf = async (id: unknown) => (await database.db.select().from(conversations).where(eq(conversations.id, id as string)))[0];

  describe('POST /ai/chat', () => {
    it('answers the page’s curl with the page’s fields', async () => {
      const answer = JSON.parse(await shell(web, `curl -X POST http://localhost:8000/ai/chat \\
  -H "Content-Type: application/json" \\
  -d '{
    "message": "Explain FastAPI in one sentence",
    "user_id": "my-user"
  }'`)) as Json;

      expect(answer).toMatchObject({ message_id: UUID, content: TEXT, conversation_id: UUID, response_time_ms: NUMBER });
      expect(await rowOf(answer.conversation_id)).toMatchObject({ userLabel: 'my-user', channel: 'chat', messageCount: 2, title: 'Explain FastAPI in one sentence' });
      const [reply] = await database.db.select().from(messages).where(eq(messages.id, answer.message_id as string));
      expect(reply).toMatchObject({ role: 'assistant', content: answer.content, status: 'complete', provider, model: name });
    });

    it('answers the page’s httpx and fetch examples', async () => {
      const python = await post('/ai/chat', { message: 'What is async/await in Python?', user_id: 'my-user' });
      expect(python).toMatchObject({ status: 200, body: { content: TEXT, conversation_id: UUID } });

      const response = await fetch(`${web.url}/ai/chat`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          message: 'How do I handle errors in async functions?',
          user_id: 'web-user',
        }),
      });
      const data = (await response.json()) as Json;
      expect(data.content).toEqual(TEXT);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(await rowOf(data.conversation_id)).toMatchObject({ userLabel: 'web-user' });
    });

    it('continues a conversation as the page shows', async () => {
      const out = await shell(web, `# First message
curl -X POST http://localhost:8000/ai/chat \\
  -H "Content-Type: application/json" \\
  -d '{"message": "What is FastAPI?"}' \\
  | jq -r '.conversation_id' > conv_id.txt

# Follow-up message (maintains context)
curl -X POST http://localhost:8000/ai/chat \\
  -H "Content-Type: application/json" \\
  -d "{
    \\"message\\": \\"Can you show me an example?\\",
    \\"conversation_id\\": \\"$(cat conv_id.txt)\\"
  }"`);

      const { conversation_id: id } = JSON.parse(out) as Json;
      expect(await rowOf(id)).toMatchObject({ messageCount: 4, userLabel: 'api-user', title: 'What is FastAPI?' });
    });

    it('takes null for a new conversation, what it does not know, and a slash at the end', async () => {
      const { status, body } = await post('/ai/chat/', { message: 'Hello', conversation_id: null, surface: 'web', temperature: 1 });
      expect(status).toBe(200);
      expect(body.conversation_id).toEqual(UUID);
    });
  });

  describe('POST /ai/chat/stream', () => {
    const CHUNK = { content: TEXT, is_final: false, is_delta: true, message_id: UUID, conversation_id: UUID, timestamp: TIME };

    function expectPage(frames: Frame[]): void {
      expect(names(frames)).toEqual(['connect', 'chunk', 'final', 'complete']);
      expect(frames[0]!.data).toMatchObject({ status: 'connected', message: 'Streaming started' });
      const chunks = frames.filter(({ event }) => event === 'chunk').map(({ data }) => data);
      for (const chunk of chunks) expect(chunk).toMatchObject(CHUNK);
      const final = frames.at(-2)!.data;
      expect(final).toMatchObject({
        content: chunks.map(({ content }) => content as string).join(''), is_final: true, is_delta: false, message_id: chunks[0]!.message_id, conversation_id: chunks[0]!.conversation_id,
        timestamp: TIME, response_time_ms: NUMBER, provider, model: name,
      });
      expect(frames.at(-1)!.data).toEqual({ status: 'completed', message: 'Stream finished' });
    }

    it('answers the page’s curl with the page’s events and fields', async () => {
      expectPage(parse(await shell(web, `curl -X POST http://localhost:8000/ai/chat/stream \\
  -H "Content-Type: application/json" \\
  -d '{"message": "Write a Python hello world"}' \\
  --no-buffer`)));
    });

    it('is read by the page’s httpx client, line by line', async () => {
      const { type, frames } = await lines(web, { message: 'Explain decorators in Python', user_id: 'my-user' });
      expect(type).toBe('text/event-stream; charset=utf-8');
      expectPage(frames);
      expect(await rowOf(frames[1]!.data.conversation_id)).toMatchObject({ userLabel: 'my-user' });
    });

    it('is read by the page’s EventSource', async () => {
      const eventSource = new EventSource(
        `${web.url}/ai/chat/stream?` + new URLSearchParams({
          message: 'Explain async programming',
          user_id: 'web-user',
        }).toString(),
      );
      const seen: Frame[] = [];
      let fullResponse = '';
      await new Promise<void>((resolve, reject) => {
        eventSource.addEventListener('connect', (e) => seen.push({ event: 'connect', data: JSON.parse(e.data as string) as Json }));
        eventSource.addEventListener('chunk', (e) => {
          const data = JSON.parse(e.data as string) as Json;
          fullResponse += data.content as string;
          seen.push({ event: 'chunk', data });
        });
        eventSource.addEventListener('final', (e) => seen.push({ event: 'final', data: JSON.parse(e.data as string) as Json }));
        eventSource.addEventListener('error', (e) => {
          eventSource.close();
          reject(new Error(`the page's listener would have been called: ${e.message}`));
        });
        eventSource.addEventListener('complete', (e) => {
          seen.push({ event: 'complete', data: JSON.parse(e.data as string) as Json });
          eventSource.close();
          resolve();
        });
      });

      expectPage(seen);
      expect(fullResponse).toBe(seen.at(-2)!.data.content);
      expect(await rowOf(seen[1]!.data.conversation_id)).toMatchObject({ userLabel: 'web-user', messageCount: 2 });
    });
  });

  describe('GET /ai/conversations', () => {
    it('lists a user’s with the page’s fields, as many as asked for, newest first', async () => {
      for (const message of ['one', 'two', 'three']) await post('/ai/chat', { message, user_id: 'my-user' });
      await post('/ai/chat', { message: 'somebody else’s', user_id: 'other' });

      const all = JSON.parse(await shell(web, `# List conversations
curl "http://localhost:8000/ai/conversations?user_id=my-user&limit=10"`)) as Json[];

      expect(all.map(({ title }) => title)).toEqual(['three', 'two', 'one']);
      expect(all[0]).toMatchObject({ id: UUID, title: 'three', message_count: 2, last_activity: TIME, provider, model: name });
      expect((await get('/ai/conversations?user_id=my-user&limit=2')).body).toHaveLength(2);
      expect((await get('/ai/conversations')).body).toEqual([]); // api-user has none
      expect((await get('/ai/conversations?user_id=*')).body).toHaveLength(4);
    });

    it('shows one with its history and the page’s fields', async () => {
      const { body: { conversation_id: id, message_id: reply, content } } = await post('/ai/chat', { message: 'What is FastAPI?', user_id: 'my-user' });

      const shown = JSON.parse(await shell(web, `curl "http://localhost:8000/ai/conversations/CONVERSATION_ID?user_id=my-user"`.replace('CONVERSATION_ID', id as string))) as Json;

      expect(shown).toMatchObject({
        id, title: 'What is FastAPI?', provider, model: name, created_at: TIME, updated_at: TIME, message_count: 2,
        messages: [{ id: UUID, role: 'user', content: 'What is FastAPI?', timestamp: TIME }, { id: reply, role: 'assistant', content, timestamp: TIME }],
        metadata: { user_id: 'my-user', last_response_time_ms: NUMBER },
      });
    });

    it('shows what was said by voice too', async () => {
      const [workspace] = await database.db.select({ id: workspaces.id }).from(workspaces);
      const id = await aConversation(database.db, { workspaceId: workspace!.id, channel: 'phone', userLabel: '+15550100', title: 'Hello by telephone', said: ['Hello by telephone'] });

      expect((await get('/ai/conversations?user_id=%2B15550100')).body).toMatchObject([{ id, title: 'Hello by telephone' }]);
      expect((await post('/ai/chat', { message: 'And now typed', conversation_id: id, user_id: '+15550100' })).status).toBe(200);
      expect((await get(`/ai/conversations/${id}?user_id=%2B15550100`)).body).toMatchObject({ message_count: 3 });
    });
  });

  describe('service status', () => {
    it('health answers the page’s curl', async () => {
      await post('/ai/chat', { message: 'Hello' });
      expect(JSON.parse(await shell(web, 'curl http://localhost:8000/ai/health | jq'))).toMatchObject({
        service: 'ai', status: 'healthy', enabled: true, provider, model: name, agent_ready: true, total_conversations: 1, configuration_valid: true, validation_errors: [],
      });
    });

    it('version answers the page’s curl', async () => {
      const version = JSON.parse(await shell(web, 'curl http://localhost:8000/ai/version | jq')) as { features: string[]; providers_supported: string[] };
      expect(version).toMatchObject({ service: 'ai', engine: TEXT, version: TEXT });
      expect(version.features).toEqual(expect.arrayContaining(['chat', 'conversation_management', 'multi_provider_support', 'health_monitoring', 'api_endpoints']));
      expect(version.providers_supported).toEqual(expect.arrayContaining(['openai', 'anthropic', 'google', 'groq', 'mistral', 'cohere']));
    });
  });

  describe('errors', () => {
    it('a missing or empty message, and an id of the wrong form, are 400 and name the field', async () => {
      for (const path of ['/ai/chat', '/ai/chat/stream']) {
        expect(await post(path, {})).toMatchObject({ status: 400, body: { detail: expect.stringContaining('message') as string } });
        expect(await post(path, { message: ' ' })).toMatchObject({ status: 400, body: { detail: expect.stringContaining('message') as string } });
        expect(await post(path, { message: 7 })).toMatchObject({ status: 400, body: { detail: expect.stringContaining('message') as string } });
        expect(await post(path, { message: 'Hi', conversation_id: 'abc-123' })).toMatchObject({ status: 400, body: { detail: expect.stringContaining('conversation_id') as string } });
      }
      expect(await get('/ai/conversations/abc-123')).toMatchObject({ status: 400, body: { detail: expect.stringContaining('conversation_id') as string } });
      expect(await get('/ai/conversations?limit=0')).toMatchObject({ status: 400, body: { detail: expect.stringContaining('limit') as string } });
    });

    it('a conversation that there is not is 404 in the page’s words', async () => {
      const missing = { status: 404, body: { detail: `Conversation error: Conversation ${UNKNOWN} not found` } };
      expect(await post('/ai/chat', { message: 'Hi', conversation_id: UNKNOWN })).toEqual(missing);
      expect(await post('/ai/chat/stream', { message: 'Hi', conversation_id: UNKNOWN })).toEqual(missing);
      expect(await get(`/ai/conversations/${UNKNOWN}?user_id=my-user`)).toEqual(missing);
    });

    it('somebody else’s conversation is 403 in the page’s words', async () => {
      const { body: { conversation_id: id } } = await post('/ai/chat', { message: 'Hi', user_id: 'my-user' });
      const denied = { status: 403, body: { detail: 'Access denied' } };
      expect(await get(`/ai/conversations/${id as string}?user_id=other`)).toEqual(denied);
      expect(await get(`/ai/conversations/${id as string}`)).toEqual(denied);
      expect(await post('/ai/chat', { message: 'Hi', conversation_id: id, user_id: 'other' })).toEqual(denied);
      expect(await post('/ai/chat/stream', { message: 'Hi', conversation_id: id })).toEqual(denied);
    });

    it('a caller from outside the open networks needs a key', async () => {
      await using closed = await startTestWeb({ db: database.db, environment: { LLM_MODEL: model }, scripts: SCRIPTS });
      const body = JSON.stringify({ message: 'Hi' });
      expect(await closed.ask('POST', '/ai/chat', { body, key: null })).toMatchObject({ status: 401 });
      expect((await closed.ask('POST', '/ai/chat', { body, key: null })).json()).toMatchObject({ detail: TEXT });
      expect(await closed.ask('POST', '/ai/chat', { body, key: API_KEY })).toMatchObject({ status: 200 });
      expect(await closed.ask('GET', '/ai/health', { key: null })).toMatchObject({ status: 200 });
    });
  });

  describe('GET /ai/usage/stats', () => {
    it('answers the page’s curls with the page’s fields', async () => {
      await post('/ai/chat', { message: 'Hello', user_id: `${provider}-user` });

      const stats = JSON.parse(await shell(web, `# Per-user stats
curl "http://localhost:8000/ai/usage/stats?user_id=my-user"`.replace('my-user', `${provider}-user`))) as { models: Json[]; recent_activity: Json[] } & Json;

      expect(stats).toMatchObject({ total_tokens: NUMBER, input_tokens: NUMBER, output_tokens: NUMBER, total_cost: 0, total_requests: NUMBER, success_rate: 100, models: LIST, recent_activity: LIST });
      expect(stats.total_tokens).toBe((stats.input_tokens as number) + (stats.output_tokens as number));
      expect(stats.models).toMatchObject([{ model_id: name, vendor: TEXT, requests: stats.total_requests, tokens: stats.total_tokens, cost: 0, percentage: 100 }]);
      expect(stats.recent_activity[0]).toMatchObject({ timestamp: TIME, model: name, input_tokens: NUMBER, output_tokens: NUMBER, cost: 0, success: true, action: 'chat' });
      const all = JSON.parse(await shell(web, `# All-time stats
curl http://localhost:8000/ai/usage/stats | jq`)) as Json;
      expect(all.total_requests).toBeGreaterThanOrEqual(stats.total_requests as number);
      const range = JSON.parse(await shell(web, `# Time-range query
curl "http://localhost:8000/ai/usage/stats?start_time=2024-01-01T00:00:00Z&recent_limit=20"`)) as { recent_activity: Json[] } & Json;
      expect(range.total_requests).toBe(all.total_requests);
      expect(range.recent_activity.length).toBeLessThanOrEqual(20);
      expect((await get('/ai/usage/stats?user_id=nobody')).body).toMatchObject({ total_requests: 0, total_cost: 0, models: [], recent_activity: [] });
      expect((await get('/ai/usage/stats?end_time=2024-01-01T00:00:00Z')).body).toMatchObject({ total_requests: 0 });
      expect((await get('/ai/usage/stats?recent_limit=1')).body.recent_activity).toHaveLength(1);
      expect(await get('/ai/usage/stats?start_time=yesterday')).toMatchObject({ status: 400, body: { detail: expect.stringContaining('start_time') as string } });
    });
  });
});

describe('the AI service', () => {
  const chatting = (web: TestWeb) => (path: string, body: unknown) => web.ask('POST', path, { key: null, body: JSON.stringify(body) });
  const NOWHERE = { OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '' };

  it('that is disabled says so in the page’s words', async () => {
    await using web = await startTestWeb({ db: database.db, environment: { ...OPEN, AI_ENABLED: 'false' } });
    for (const path of ['/ai/chat', '/ai/chat/stream']) {
      const { status, text } = await chatting(web)(path, { message: 'Hi' });
      expect([status, text]).toEqual([503, '{"detail":"AI service error: AI service is disabled"}']);
    }
    expect((await web.ask('GET', '/ai/health', { key: null })).json()).toMatchObject({ status: 'unhealthy', enabled: false, agent_ready: false });
  });

  it('without a key says so in the page’s words, naming the variable', async () => {
    await using web = await startTestWeb({ db: database.db, environment: { ...OPEN, ...NOWHERE, LLM_MODEL: 'openai/gpt-4o' } });
    const detail = 'AI service error: Missing API key for openai provider. Set OPENAI_API_KEY environment variable.';
    for (const path of ['/ai/chat', '/ai/chat/stream']) {
      const { status, text } = await chatting(web)(path, { message: 'Hi' });
      expect([status, JSON.parse(text)]).toEqual([503, { detail }]);
    }
    expect((await web.ask('GET', '/ai/health', { key: null })).json()).toMatchObject({
      status: 'unhealthy', enabled: true, provider: 'openai', model: 'gpt-4o', agent_ready: false, configuration_valid: false, validation_errors: [expect.stringContaining('OPENAI_API_KEY') as string],
    });
  });

  it('answers 502 for its provider, and keeps what the provider said to itself', async () => {
    await using web = await startTestWeb({ db: database.db, environment: { ...OPEN, LLM_MODEL: 'scripted/page' }, scripts: SCRIPTS, limits: { maxRetries: 0 } });
    const { status, text } = await chatting(web)('/ai/chat', { message: 'fail at once' });
    expect(status).toBe(502);
    expect(JSON.parse(text)).toEqual({ detail: expect.stringMatching(/^AI provider error: ./) as string });
    expect(text).not.toContain('sk-secret');
    expect((await chatting(web)('/ai/chat', { message: 'fail in the middle' })).status).toBe(502);
  });

  it('tells a stream’s failure as the page’s event, after what was said and without `complete`', async () => {
    await using web = await startTestWeb({ db: database.db, environment: { ...OPEN, LLM_MODEL: 'scripted/page' }, scripts: SCRIPTS, limits: { maxRetries: 0 } });
    const { frames } = await lines(web, { message: 'fail in the middle' });
    expect(names(frames)).toEqual(['connect', 'chunk', 'error']);
    expect(frames.at(-1)!.data).toMatchObject({ error: TEXT, detail: TEXT });
    expect(JSON.stringify(frames)).not.toContain('sk-secret');
    const shown = await web.ask('GET', `/ai/conversations/${frames[1]!.data.conversation_id as string}`, { key: null });
    expect(shown.json()).toMatchObject({ messages: [{ role: 'user', content: 'fail in the middle' }, { role: 'assistant', content: 'Half of it', status: 'failed' }] });
  });

  it('sends text that looks like the stream itself so that a reader of lines gets it whole', async () => {
    await using web = await startTestWeb({ db: database.db, environment: { ...OPEN, LLM_MODEL: 'scripted/page' }, scripts: SCRIPTS });
    const { frames } = await lines(web, { message: 'with data' });
    expect(frames.find(({ event }) => event === 'final')?.data.content).toBe('first: second: "third"\nand data: so\n\nit goes 😀');
  });

  it('counts what a vendor’s model costs, under the names of the page', async () => {
    await using vendor = await scriptedProviderServer('openai', [{ text: ['Hello.'] }]);
    await using web = await startTestWeb({ db: database.db, environment: { ...OPEN, OPENAI_BASE_URL: vendor.baseUrl, OPENAI_API_KEY: 'sk-test', LLM_MODEL: 'openai/gpt-4o' } });
    await chatting(web)('/ai/chat', { message: 'Hi', user_id: 'gpt-user' });

    const { json } = await web.ask('GET', '/ai/usage/stats?user_id=gpt-user', { key: null });
    const stats = json() as { total_cost: number; models: { cost: number }[] };
    expect(stats).toMatchObject({ total_tokens: 17, input_tokens: 12, output_tokens: 5, total_requests: 1, unpriced_requests: 0, success_rate: 100, models: [{ model_id: 'gpt-4o', vendor: 'OpenAI', requests: 1, tokens: 17, percentage: 100 }] });
    expect(stats.total_cost).toBeGreaterThan(0);
    expect(stats.models[0]!.cost).toBe(stats.total_cost);
  });
});
