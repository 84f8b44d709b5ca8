import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aConversation, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { aPerson, askAs } from '@test/support/people';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  workspaceId = await firstWorkspaceId(database.db);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const list = async (query: string) => (await web.ask('GET', `/ai/conversations${query}`)).json() as unknown as Array<Record<string, unknown>>;

describe('GET /ai/conversations', () => {
  it('lists a user’s conversations with the page’s fields, newest first, those in which nothing was said left out', async () => {
    const user = `u-${randomUUID()}`;
    const older = await aConversation(database.db, { workspaceId, userLabel: user, title: 'Older', channel: 'phone', said: ['Hi', 'Hello'], updatedAt: new Date('2026-01-02T00:00:00Z') });
    await aConversation(database.db, { workspaceId, userLabel: user });
    await aConversation(database.db, { workspaceId: await aWorkspace(database.db), userLabel: user, said: ['Elsewhere'] });
    const made = await web.ask('POST', '/ai/chat', { body: JSON.stringify({ message: 'What can you do?', user_id: user }) });

    const found = await list(`?user_id=${user}`);

    expect(found).toMatchObject([
      { id: made.json().conversation_id, title: 'What can you do?', message_count: 2, provider: 'builtin', model: 'assistant', channel: 'chat' },
      { id: older, title: 'Older', message_count: 2, provider: null, last_activity: '2026-01-02T00:00:00.000Z', channel: 'phone' },
    ]);
    expect(await list(`?user_id=${user}&limit=1`)).toHaveLength(1);
    expect((await list('?user_id=*&limit=200')).map(({ id }) => id)).toEqual(expect.arrayContaining([older, made.json().conversation_id]));
  });

  it('means `api-user` when nobody is named, and somebody who is signed in by their e-mail', async () => {
    const mine = await aConversation(database.db, { workspaceId, said: ['Hi'] });
    const person = await aPerson(database.db, { [workspaceId]: 'viewer' });
    const theirs = await aConversation(database.db, { workspaceId, userLabel: person.email, said: ['Hi'] });

    expect((await list('')).map(({ id }) => id)).toContain(mine);
    expect((await list('')).map(({ id }) => id)).not.toContain(theirs);
    const own = (await askAs(web, person, 'GET', '/ai/conversations')).json() as unknown as Array<{ id: string }>;
    expect(own.map(({ id }) => id)).toEqual([theirs]);
  });

  it.each(['0', '201', '-1', 'many', '1.5'])('refuses a limit of %s', async (limit) => {
    expect((await web.ask('GET', `/ai/conversations?limit=${limit}`)).status).toBe(400);
  });

  it('reads about as many rows as it shows, whatever stands behind them', async () => {
    const user = `u-${randomUUID()}`;
    await database.db.execute(sql`INSERT INTO conversations (id, workspace_id, user_label, channel, status, message_count, updated_at)
      SELECT gen_random_uuid(), ${workspaceId}::uuid, ${user}, 'chat', 'ended', 2, now() - make_interval(secs => n) FROM generate_series(1, 3000) AS n`);
    await database.db.execute(sql`ANALYZE conversations`);

    const plan = JSON.stringify(await database.db.execute(sql`EXPLAIN SELECT id FROM conversations WHERE workspace_id = ${workspaceId}::uuid AND user_label = ${user} AND message_count > 0 ORDER BY updated_at DESC, id LIMIT 50`));

    expect(plan).toMatch(/Index Scan using conversations_(label|recent)_idx/);
    expect(plan).not.toMatch(/Seq Scan|"  ->  Sort/);
    expect(await list(`?user_id=${user}`)).toHaveLength(50);
  });
});

describe('GET /ai/conversations/{conversation_id}', () => {
  it('shows what was said, with the page’s fields', async () => {
    const made = (await web.ask('POST', '/ai/chat', { body: JSON.stringify({ message: 'What can you do?', user_id: 'reader' }) })).json();

    const read = await web.ask('GET', `/ai/conversations/${String(made.conversation_id)}?user_id=reader`);

    expect(read.json()).toMatchObject({
      id: made.conversation_id, title: 'What can you do?', provider: 'builtin', model: 'assistant', message_count: 2,
      created_at: expect.stringMatching(/Z$/), updated_at: expect.stringMatching(/Z$/),
      messages: [{ role: 'user', content: 'What can you do?', timestamp: expect.stringMatching(/Z$/) }, { id: made.message_id, role: 'assistant', content: made.content }],
      metadata: { user_id: 'reader', last_response_time_ms: expect.any(Number) },
    });
  });

  it('is 403 for another label, 404 when there is none or it is another workspace’s, 400 for an id that is none', async () => {
    const theirs = await aConversation(database.db, { workspaceId, userLabel: 'somebody', said: ['Hi'] });
    const elsewhere = await aConversation(database.db, { workspaceId: await aWorkspace(database.db), said: ['Hi'] });
    const ask = async (id: string, query = '') => {
      const answer = await web.ask('GET', `/ai/conversations/${id}${query}`);
      return [answer.status, answer.json().detail];
    };

    expect(await ask(theirs)).toEqual([403, 'Access denied']);
    expect((await ask(theirs, '?user_id=*'))[0]).toBe(200);
    expect(await ask(elsewhere)).toEqual([404, `Conversation error: Conversation ${elsewhere} not found`]);
    expect((await ask(elsewhere, '?user_id=*'))[0]).toBe(404);
    expect(await ask('abc-123')).toEqual([400, 'conversation_id: must be a UUID']);
  });
});

describe('GET /ai/health and /ai/version', () => {
  it('answer without credentials, as the page shows', async () => {
    const health = (await web.ask('GET', '/ai/health', { key: null })).json();
    const version = (await web.ask('GET', '/ai/version', { key: null })).json();

    expect(health).toEqual({
      service: 'ai', status: 'healthy', enabled: true, provider: 'builtin', model: 'assistant', agent_ready: true,
      total_conversations: expect.any(Number), configuration_valid: true, validation_errors: [],
    });
    expect(version).toMatchObject({ service: 'ai', engine: expect.any(String), version: expect.any(String), features: expect.arrayContaining(['chat', 'conversation_management']), providers_supported: expect.arrayContaining(['openai', 'anthropic', 'google', 'groq', 'mistral', 'cohere']) });
  });

  it('health names what is missing, and is never a failure itself', async () => {
    await using keyless = await startTestWeb({ db: database.db, environment: { LLM_MODEL: 'openai/gpt-4.1-mini' } });

    const health = await keyless.ask('GET', '/ai/health', { key: null });

    expect([health.status, health.json()]).toMatchObject([200, {
      status: 'unhealthy', provider: 'openai', model: 'gpt-4.1-mini', agent_ready: false, configuration_valid: false,
      validation_errors: ['Missing API key for openai provider. Set OPENAI_API_KEY environment variable.'],
    }]);
  });
});
