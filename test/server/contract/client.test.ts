import createClient from 'openapi-fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aConversation, firstWorkspaceId } from '@test/support/builders';
import type { components, paths } from '@test/support/contract/openapi-types';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { API_KEY, startTestWeb, type TestWeb } from '@test/support/web';

/** A client that somebody makes from the document, and nothing else: the compiler holds it to the types, this to the server. */
let database: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const client = (key: string) => createClient<paths>({ baseUrl: web.url, headers: { authorization: `Bearer ${key}` } });

describe('a client generated from the document', () => {
  it('makes, finds, changes and deletes an agent', async () => {
    const api = client(API_KEY);
    const created = await api.POST('/api/agents/', { body: { name: 'Nightshift', llm_provider: 'groq', llm_model: 'llama', tools: ['DATETIME'] } });
    expect(created.response.status).toBe(201);
    const agent: components['schemas']['Agent'] = created.data!;
    const listed = await api.GET('/api/agents/', { params: { query: { limit: 200 } } });
    expect(listed.data?.map(({ id }) => id)).toContain(agent.id);
    const params = { path: { agent_id: agent.id } };
    expect((await api.PUT('/api/agents/{agent_id}', { params, body: { greeting: 'Good evening' } })).data?.greeting).toBe('Good evening');
    expect((await api.GET('/api/agents/{agent_id}', { params })).data).toMatchObject({ name: 'Nightshift', llm_provider: 'groq', greeting: 'Good evening' });
    expect((await api.DELETE('/api/agents/{agent_id}', { params })).response.status).toBe(204);
    const gone = await api.GET('/api/agents/{agent_id}', { params });
    expect([gone.response.status, gone.error?.detail]).toEqual([404, expect.stringContaining(agent.id)]);
  });

  it('is told in words what is wrong', async () => {
    const { response, error } = await client(API_KEY).POST('/api/agents/', { body: { name: '' } });
    expect([response.status, error?.detail, error?.issues?.[0]?.path]).toEqual([400, expect.stringContaining('name'), 'name']);
  });

  it('makes a key that may do less, and revokes it', async () => {
    const api = client(API_KEY);
    const { data: made } = await api.POST('/api/keys', { body: { name: 'Reader', role: 'viewer' } });
    const reader = client(made!.key);
    expect((await reader.GET('/api/me')).data).toMatchObject({ kind: 'api_key', label: 'Reader', role: 'viewer' });
    expect((await reader.POST('/api/agents/', { body: { name: 'x' } })).response.status).toBe(403);
    expect((await api.GET('/api/keys')).data?.keys).toContainEqual(expect.objectContaining({ id: made!.id, name: 'Reader' }));
    expect((await api.DELETE('/api/keys/{key_id}', { params: { path: { key_id: made!.id } } })).response.status).toBe(204);
    expect((await reader.GET('/api/me')).response.status).toBe(401);
  });

  it('adds a device and gives it another token', async () => {
    const api = client(API_KEY);
    const { data: device } = await api.POST('/api/devices', { body: { name: 'Kitchen' } });
    const { data: rotated } = await api.POST('/api/devices/{device_id}/token', { params: { path: { device_id: device!.id } } });
    expect(rotated!.token).not.toBe(device!.token);
    expect((await api.GET('/api/devices')).data?.devices).toContainEqual(expect.objectContaining({ id: device!.id, online: false }));
  });

  it('reads conversations', async () => {
    const id = await aConversation(database.db, { workspaceId: await firstWorkspaceId(database.db), said: ['Hello', 'Good morning'] });
    const api = client(API_KEY);
    const { data: page } = await api.GET('/api/conversations', { params: { query: { limit: 1 } } });
    expect(page).toMatchObject({ total: 1, limit: 1, conversations: [{ id }] });
    const { data: conversation } = await api.GET('/api/conversations/{conversation_id}', { params: { path: { conversation_id: id } } });
    expect(conversation?.messages.map(({ content }) => content)).toEqual(['Hello', 'Good morning']);
  });

  it('starts a conversation with an agent', async () => {
    const api = client(API_KEY);
    const { data: agents } = await api.GET('/api/agents/');
    const { data: started } = await api.GET('/api/agents/{agent_id}/conversation', { params: { path: { agent_id: agents![0]!.id } } });
    expect(started).toMatchObject({ conversation_id: expect.any(String), websocket_url: expect.stringMatching(/^wss?:/), token: expect.any(String) });
    expect((await api.GET('/api/conversation/status')).data).toMatchObject({ status: 'none' });
  });
});
