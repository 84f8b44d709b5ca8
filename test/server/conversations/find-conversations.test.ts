import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eq } from 'drizzle-orm';
import { agents } from '@/server/agents/tables';
import { getDefaultAgent } from '@/server/agents/queries';
import { listConversationsInput } from '@/server/conversations/contract';
import { findConversations } from '@/server/conversations/find-conversations';
import { conversations, messages } from '@/server/conversations/tables';
import { usageRecords } from '@/server/usage/tables';
import { aConversation, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
const ids: Record<string, string> = {};
let agentId: string;
let foreignConversation: string;
let foreignAgent: string;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  const { db } = database;
  const workspaceId = await firstWorkspaceId(db);
  agentId = (await getDefaultAgent(db, workspaceId)).id;
  const at = (day: number) => new Date(Date.UTC(2025, 0, day, 12));
  ids.phone = await aConversation(db, { workspaceId, channel: 'phone', userLabel: '+15550100', updatedAt: at(1), said: ['What is the weather?', 'Sunny.'] });
  ids.device = await aConversation(db, { workspaceId, channel: 'device', userLabel: 'esp32-kitchen', agentId, status: 'active', updatedAt: at(2), said: ['Set a timer'] });
  ids.browser = await aConversation(db, { workspaceId, channel: 'browser', title: 'Fifty 50% off_sale', updatedAt: at(3), said: ['x'.repeat(200)] });
  ids.chat = await aConversation(db, { workspaceId, channel: 'chat', updatedAt: at(4) });
  const other = await aWorkspace(db);
  foreignConversation = await aConversation(db, { workspaceId: other, said: ['What is the weather?'] });
  foreignAgent = (await db.insert(agents).values({ workspaceId: other, slug: 'theirs', name: 'Theirs' }).returning({ id: agents.id }))[0]!.id;
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** Names of the conversations that a query finds, in order. */
async function found(query: string) {
  const answer = await web.ask('GET', `/api/conversations?${query}`);
  expect(answer.status, query).toBe(200);
  const { conversations, total } = answer.json() as { conversations: { id: string }[]; total: number };
  return { names: conversations.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id)), total };
}

describe('GET /api/conversations', () => {
  it('lists every channel of the own workspace, newest first', async () => {
    expect(await found('')).toEqual({ names: ['chat', 'browser', 'device', 'phone'], total: 4 });
  });

  it('filters by channel, status, agent and time', async () => {
    expect((await found('channel=phone')).names).toEqual(['phone']);
    expect((await found('status=active')).names).toEqual(['device']);
    expect((await found(`agent_id=${agentId}`)).names).toEqual(['device']);
    expect((await found('from=2025-01-02T12:00:00Z&to=2025-01-04T12:00:00Z')).names).toEqual(['browser', 'device']);
    expect((await found('from=2025-01-02T13:00:00%2B01:00&channel=device')).names).toEqual(['device']);
  });

  it('searches titles, labels and what was said; % and _ are themselves', async () => {
    for (const [q, names] of [['WEATHER', ['phone']], ['kitchen', ['device']], ['50% off', ['browser']], ['off_s', ['browser']], ['%', ['browser']], ['_', ['browser']], ['nothing like it', []], ['\\', []], ["'; drop table messages; --", []]] as const)
      expect((await found(`q=${encodeURIComponent(q)}`)).names, q).toEqual(names);
    expect((await web.ask('GET', '/api/conversations?q=%00')).status).toBe(400);
  });

  it('pages with a total that counts all', async () => {
    expect(await found('limit=3')).toEqual({ names: ['chat', 'browser', 'device'], total: 4 });
    expect(await found('limit=3&offset=3')).toEqual({ names: ['phone'], total: 4 });
    expect(await found('limit=3&offset=30')).toEqual({ names: [], total: 4 });
  });

  it('refuses limits and times out of range, never with a 500', async () => {
    for (const query of ['limit=201', 'limit=-1', 'offset=99999999999', 'from=0000-01-01T00:00:00Z', 'to=2025-13-01T00:00:00Z'])
      expect((await web.ask('GET', `/api/conversations?${query}`)).status, query).toBe(400);
  });

  it('shows the beginning of a long title', async () => {
    const id = await aConversation(database.db, { workspaceId: await aWorkspace(database.db), title: 'x'.repeat(1_000) });
    const { workspaceId } = (await database.db.select().from(conversations).where(eq(conversations.id, id)))[0]!;
    const { conversations: [shown] } = await findConversations(database.db, { workspaceId, filter: listConversationsInput.parse({}) });
    expect(shown?.title).toBe('x'.repeat(200));
  });

  it('names untitled conversations by what was said first', async () => {
    const { conversations } = (await web.ask('GET', '/api/conversations?channel=phone')).json() as { conversations: Record<string, unknown>[] };
    expect(conversations[0]).toEqual({
      id: ids.phone, channel: 'phone', status: 'ended', end_reason: null, title: 'What is the weather?', agent_id: null, agent_name: null,
      user_label: '+15550100', message_count: 2, created_at: expect.stringMatching(/Z$/), updated_at: '2025-01-01T12:00:00.000Z', ended_at: null, snippet: null,
      provider: null, model: null, branched_from_id: null, branched_at_seq: null,
    });
  });
});

describe('GET /api/conversations/{id}', () => {
  it('has the messages in order, and the same by tRPC', async () => {
    const answer = (await web.ask('GET', `/api/conversations/${ids.phone}/`)).json();
    expect(answer).toMatchObject({ id: ids.phone, messages: [{ seq: 1, role: 'user', content: 'What is the weather?', status: 'complete' }, { seq: 2, role: 'assistant', content: 'Sunny.' }] });
    const trpc = await web.ask('GET', `/api/trpc/conversations.get?input=${encodeURIComponent(JSON.stringify({ conversation_id: ids.phone }))}`);
    expect(trpc.json()).toEqual({ result: { data: answer } });
  });

  it('keeps a turn’s trace and tool calls', async () => {
    const trace = { traceparent: '00-a-b-01', endpointMs: 200, sttMs: 90.5, firstTokenMs: 10, firstAudioMs: 40, firstSentMs: 1, totalMs: 341.5 };
    const toolCalls = [{ id: 't1', name: 'CALC', args: { expression: '1+1' }, result: 2 }];
    await database.db.update(messages).set({ metadata: { trace, toolCalls, more: 1 } }).where(eq(messages.conversationId, ids.device!));
    const { messages: said } = (await web.ask('GET', `/api/conversations/${ids.device}`)).json() as { messages: { metadata: unknown }[] };
    expect(said[0]?.metadata).toEqual({ trace, toolCalls, more: 1 });
  });

  it('is 404 for another workspace’s conversation and for ids that are none', async () => {
    for (const id of [foreignConversation, '00000000-0000-4000-8000-000000000000', '7', 'a%00b', '..%2f..'])
      expect((await web.ask('GET', `/api/conversations/${id}`)).status, id).toBe(404);
  });
});

describe('agents', () => {
  it('are listed with the documented fields, the default one first', async () => {
    const list = (await web.ask('GET', '/api/agents/')).json() as unknown as Record<string, unknown>[];
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({
      id: agentId, user_id: null, name: 'Assistant', rag_config_id: null, llm_provider: 'builtin', llm_model: 'assistant', stt_provider: 'builtin', tts_provider: 'builtin',
      llm_config: { model: 'assistant' }, stt_config: {}, tts_config: {}, is_default: true, is_active: true, is_system_agent: false,
      tools: ['DATETIME', 'CALC'],
    });
    expect((await web.ask('GET', '/api/agents/?skip=1')).json()).toEqual([]);
    expect((await web.ask('GET', `/api/agents/${agentId}/`)).json()).toEqual(list[0]);
    expect((await web.ask('GET', `/api/agents/${foreignAgent}`)).status).toBe(404);
  });
});

describe('usage of a conversation', () => {
  it('adds up every leg of the ledger and nothing of another workspace', async () => {
    const workspaceId = await firstWorkspaceId(database.db);
    const leg = { workspaceId, conversationId: ids.phone!, provider: 'x', model: 'y' };
    await database.db.insert(usageRecords).values([
      { ...leg, leg: 'llm', inputTokens: 100, outputTokens: 20, cachedTokens: 40 },
      { ...leg, leg: 'llm', inputTokens: 11, outputTokens: 2 },
      { ...leg, leg: 'stt', audioSeconds: 2.34 },
      { ...leg, leg: 'tts', characters: 57 },
      { ...leg, leg: 'tts', characters: 999, workspaceId: await aWorkspace(database.db) },
    ]);
    const { usage } = (await web.ask('GET', `/api/conversations/${ids.phone}`)).json() as { usage: unknown };
    expect(usage).toEqual({ input_tokens: 111, output_tokens: 22, cached_tokens: 40, stt_seconds: 2.3, tts_characters: 57 });
    const { usage: none } = (await web.ask('GET', `/api/conversations/${ids.chat}`)).json() as { usage: unknown };
    expect(none).toEqual({ input_tokens: 0, output_tokens: 0, cached_tokens: 0, stt_seconds: 0, tts_characters: 0 });
  });
});
