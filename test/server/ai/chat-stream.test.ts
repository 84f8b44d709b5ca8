import { eq } from 'drizzle-orm';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { conversations, messages } from '@/server/conversations/tables';
import { newId } from '@/server/platform/ids';
import { usageRecords } from '@/server/usage/tables';
import { openAiStream, type StreamedEvent } from '@test/support/ai-events';
import { firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { aPerson } from '@test/support/people';
import { API_KEY, startTestWeb, type TestWeb } from '@test/support/web';

const SCRIPTS = {
  hello: { replies: [{ steps: [{ text: 'Hello there friend.' }] }] },
  slow: { tokenMs: 40, replies: [{ steps: [{ text: 'a b c d e f g h i j' }] }] },
  hangs: { replies: [{ steps: [{ text: 'So far' }, { hang: true as const }] }] },
  dies: { replies: [{ steps: [{ text: 'Half of' }, { fail: {} }] }] },
  refuses: { replies: [{ steps: [{ fail: { status: 429 } }] }] },
  sums: { replies: [{ after: 'user' as const, steps: [{ toolCall: { name: 'CALC', args: { expression: '1+1' } } }] }, { steps: [{ text: 'It is two.' }] }] },
};

let database: TestDatabase;
let web: TestWeb;
const ids: Record<string, string> = {};
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, scripts: SCRIPTS, limits: { maxRetries: 0 } });
  const workspaceId = await firstWorkspaceId(database.db);
  for (const name of Object.keys(SCRIPTS)) {
    const [row] = await database.db.insert(agents).values({ workspaceId, slug: name, name, model: `scripted/${name}`, tools: ['CALC'] }).returning({ id: agents.id });
    ids[name] = row!.id;
  }
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const post = (agent: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) => openAiStream(web.port, { body: { message: 'Well?', agent_slug: agent, ...more }, headers });
const get = (query: Record<string, string>, headers: Record<string, string> = {}) => openAiStream(web.port, { method: 'GET', query, headers });
const names = (events: StreamedEvent[]) => events.map(({ event }) => event);
const requestsOf = async (conversationId: unknown) => database.db.$count(usageRecords, eq(usageRecords.conversationId, conversationId as string));
const said = (events: StreamedEvent[]) => events.filter(({ event }) => event === 'chunk').map(({ data }) => data.content).join('');

describe('POST /ai/chat/stream', () => {
  it('sends the events of the page, in their order and with their fields, each with an id', async () => {
    await using stream = await post('hello', { user_id: 'my-user' });
    expect(stream.headers['content-type']).toContain('text/event-stream');

    const events = await stream.rest();

    expect(names(events)).toEqual(['connect', 'chunk', 'chunk', 'chunk', 'final', 'complete']);
    const [connect, chunk] = events;
    const { conversation_id, message_id, turn_id } = connect!.data;
    expect(connect!.data).toMatchObject({ status: 'connected', message: 'Streaming started' });
    expect(chunk!.data).toMatchObject({ content: 'Hello', is_final: false, is_delta: true, message_id, conversation_id, timestamp: expect.stringMatching(/Z$/) });
    expect(events.at(-2)!.data).toMatchObject({ content: 'Hello there friend.', is_final: true, is_delta: false, message_id, conversation_id, provider: 'scripted', model: 'hello', response_time_ms: expect.any(Number), usage: { input_tokens: expect.any(Number) }, cost_usd: 0 });
    expect(events.at(-1)!.data).toEqual({ status: 'completed', message: 'Stream finished' });
    expect(events.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 'end'].map((n) => `${String(turn_id)}.${n}`));
  });

  it('shows the tools and what they gave', async () => {
    await using stream = await post('sums');

    const events = await stream.rest();

    expect(names(events).slice(0, 3)).toEqual(['connect', 'tool', 'tool']);
    expect(events[1]!.data).toMatchObject({ tool: 'CALC', args: { expression: '1+1' }, label: 'Working it out' });
    expect(events[2]!.data).toMatchObject({ tool: 'CALC', result: { success: true }, duration_ms: expect.any(Number) });
  });

  it('ends with `error` and without `complete` when the provider dies in the middle, and keeps the part', async () => {
    await using stream = await post('dies');

    const events = await stream.rest();

    expect(names(events)).toEqual(['connect', 'chunk', 'chunk', 'error']);
    expect(events.at(-1)!.data).toMatchObject({ error: 'AI provider error', detail: expect.stringMatching(/^The scripted provider/) });
    const stored = await database.db.select().from(messages).where(eq(messages.conversationId, events[0]!.data.conversation_id as string)).orderBy(messages.seq);
    expect(stored).toMatchObject([{ role: 'user' }, { content: 'Half of', status: 'failed' }]);
  });

  it('tells a limit of the provider’s as its failure', async () => {
    await using stream = await post('refuses');
    expect((await stream.rest()).at(-1)!.data).toMatchObject({ error: 'AI provider error', detail: expect.stringContaining('limiting') });
  });

  it('answers with a status of its own what is wrong before it begins', async () => {
    for (const [body, status] of [[{ message: '' }, 400], [{ conversation_id: 'abc' }, 400], [{ conversation_id: newId() }, 404]] as const) {
      await using stream = await post('hello', body);
      expect(stream.status).toBe(status);
    }
  });

  it('stops the provider when the caller hangs up, and keeps what was said', async () => {
    await using stream = await post('hangs');
    const [, , last] = [await stream.next(), await stream.next(), await stream.next()];
    stream.cut();

    await expect.poll(async () => (await database.db.select().from(messages).where(eq(messages.id, last!.data.message_id as string)))[0])
      .toMatchObject({ content: 'So far', status: 'interrupted' });
  });

  it('counts open streams, first words and how turns end', async () => {
    await using stream = await post('hangs');
    await stream.next();
    const open = await web.registry.getSingleMetricAsString('parley_chat_streams_open');
    stream.cut();

    expect(open).toMatch(/parley_chat_streams_open [1-9]/);
    await expect.poll(() => web.registry.getSingleMetricAsString('parley_chat_streams_open')).toContain('parley_chat_streams_open 0');
    expect(await web.registry.getSingleMetricAsString('parley_chat_first_token_seconds')).toMatch(/_count [1-9]/);
    await expect.poll(() => web.registry.getSingleMetricAsString('parley_chat_turns_total')).toMatch(/interrupted"} [1-9]/);
  });
});

describe('GET /ai/chat/stream', () => {
  const source = (url: string, options: { cutAfter?: number } = {}) => {
    const requests: Array<{ lastEventId: string | null; status: number }> = [];
    const events: Array<{ type: string; id: string; data: Record<string, unknown> }> = [];
    const eventSource = new EventSource(url, {
      fetch: async (input, init) => {
        const cut = new AbortController();
        const headers = { ...init.headers, authorization: `Bearer ${API_KEY}` };
        const response = await fetch(input, { ...init, headers, signal: init.signal ? AbortSignal.any([cut.signal, init.signal as AbortSignal]) : cut.signal });
        requests.push({ lastEventId: init.headers['Last-Event-ID'] ?? null, status: response.status });
        if (requests.length > 1 || options.cutAfter === undefined || !response.body) return response;
        let frames = 0;
        const limit = options.cutAfter;
        // The network goes: some events in, the connection ends.
        const body = response.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            frames++;
            if (frames > limit) { cut.abort(); controller.terminate(); } else controller.enqueue(chunk);
          },
        }));
        return new Response(body, { status: response.status, headers: response.headers });
      },
    });
    const ended = new Promise<void>((resolve) => {
      for (const type of ['connect', 'tool', 'chunk', 'final', 'complete', 'error']) eventSource.addEventListener(type, (event) => {
        if ('data' in event && typeof event.data === 'string') events.push({ type, id: event.lastEventId, data: JSON.parse(event.data) as Record<string, unknown> });
        if (type === 'complete' || eventSource.readyState === EventSource.CLOSED) resolve();
      });
    });
    return { eventSource, requests, events, ended };
  };

  it('serves the page’s EventSource', async () => {
    const { eventSource, events, ended } = source(`${web.url}/ai/chat/stream?${new URLSearchParams({ message: 'Well?', user_id: 'web-user', agent_slug: 'hello' })}`);
    await ended;
    eventSource.close();

    expect(events.map(({ type }) => type)).toEqual(['connect', 'chunk', 'chunk', 'chunk', 'final', 'complete']);
  });

  it('gives an EventSource that lost its connection what it missed, once, from the same turn', async () => {
    const { eventSource, events, requests, ended } = source(`${web.url}/ai/chat/stream?${new URLSearchParams({ message: 'Well?', agent_slug: 'slow' })}`, { cutAfter: 4 });
    await ended;
    eventSource.close();

    const chunks = events.filter(({ type }) => type === 'chunk');
    expect(requests).toHaveLength(2);
    expect(requests[1]!.lastEventId).toMatch(/^[0-9a-f-]{36}\.[1-9]\d*$/);
    expect(chunks.map(({ data }) => data.content).join('')).toBe('a b c d e f g h i j');
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(await requestsOf(chunks[0]!.data.conversation_id)).toBe(1);
  });

  it('ends an EventSource that asks again behind the end, with 204', async () => {
    const { eventSource, events, requests } = source(`${web.url}/ai/chat/stream?${new URLSearchParams({ message: 'Well?', agent_slug: 'dies' })}`);

    await expect.poll(() => eventSource.readyState).toBe(EventSource.CLOSED);

    expect(events.filter(({ type }) => type === 'error')).toHaveLength(1);
    expect(requests.map(({ status }) => status)).toEqual([200, 204]);
    expect(await requestsOf(events[0]!.data.conversation_id)).toBe(1);
  });

  it('resumes from the stored reply when the process has forgotten the turn', async () => {
    await using stream = await get({ message: 'Well?', agent_slug: 'hello' });
    const events = await stream.rest();
    await using restarted = await startTestWeb({ db: database.db, scripts: SCRIPTS });

    await using again = await openAiStream(restarted.port, { method: 'GET', query: { message: 'Well?', agent_slug: 'hello' }, headers: { 'last-event-id': events[1]!.id } });
    const rest = await again.rest();

    expect(names(rest)).toEqual(['final', 'complete']);
    expect(rest[0]!.data).toMatchObject({ content: 'Hello there friend.', provider: 'scripted', message_id: events[0]!.data.message_id });
    expect(await requestsOf(events[0]!.data.conversation_id)).toBe(1);
  });

  it('takes the last event’s id in the address too, and refuses one that is none', async () => {
    await using stream = await get({ message: 'Well?', agent_slug: 'hello' });
    const events = await stream.rest();

    await using again = await get({ last_event_id: events[3]!.id });
    expect(names(await again.rest())).toEqual(['final', 'complete']);
    await using unknown = await get({ message: 'Hi', last_event_id: `${newId()}.3` });
    expect(unknown.status).toBe(204);
    await using wrong = await get({ message: 'Hi', last_event_id: 'seven' });
    expect(wrong.status).toBe(400);
  });

  it('does not tell somebody else’s turn', async () => {
    await using stream = await get({ message: 'Well?', agent_slug: 'hello' });
    const events = await stream.rest();
    const made = await web.ask('POST', '/api/keys', { body: JSON.stringify({ name: 'another', role: 'operator', scopes: ['chat'] }) });

    await using other = await openAiStream(web.port, { method: 'GET', query: { last_event_id: events[1]!.id }, key: made.json().key as string });

    expect(other.status).toBe(204);
  });

  it('is not repeated when a request is sent twice with one idempotency_key', async () => {
    const query = { message: 'Well?', agent_slug: 'slow', idempotency_key: newId() };
    const [one, two] = await Promise.all([get(query), get(query)]);
    const [first, second] = await Promise.all([one.rest(), two.rest()]);

    expect(said(second)).toBe(said(first));
    expect(first[0]!.data.conversation_id).toBe(second[0]!.data.conversation_id);
    expect(await requestsOf(first[0]!.data.conversation_id)).toBe(1);
  });

  it('with a cookie is for our own pages: Sec-Fetch-Site must be same-origin', async () => {
    const person = await aPerson(database.db, { [await firstWorkspaceId(database.db)]: 'operator' });
    const ask = (headers: Record<string, string>) => openAiStream(web.port, { method: 'GET', query: { message: 'Well?', agent_slug: 'hello' }, key: null, headers: { cookie: person.cookie, ...headers } });

    for (const site of [null, 'cross-site', 'same-site', 'none']) {
      await using refused = await ask(site === null ? {} : { 'sec-fetch-site': site });
      expect(refused.status).toBe(403);
    }
    await using own = await ask({ 'sec-fetch-site': 'same-origin' });
    expect(own.status).toBe(200);
    expect(await database.db.$count(conversations, eq(conversations.userLabel, person.email))).toBe(1);
    await own.rest();
  });
});

describe('draining', () => {
  it('ends streams, keeps what was said, and lets nothing begin', async () => {
    const draining = await startTestWeb({ db: database.db, scripts: SCRIPTS });
    await using stream = await openAiStream(draining.port, { body: { message: 'Well?', agent_slug: 'hangs' } });
    const [, , last] = [await stream.next(), await stream.next(), await stream.next()];

    await draining[Symbol.asyncDispose]();

    expect(await stream.rest()).toEqual([]);
    expect((await database.db.select().from(messages).where(eq(messages.id, last!.data.message_id as string)))[0]).toMatchObject({ content: 'So far', status: 'interrupted' });
  });
});
