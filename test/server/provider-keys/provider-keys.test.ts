import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import { VENDOR_KEYS } from '@/server/platform/config';
import { VENDOR_NAMES, type ProviderKey } from '@/server/provider-keys/contract';
import { secrets } from '@/server/secrets/tables';
import { aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { collect, scriptedBrain, seedWorkspace, startTurns } from '@test/support/fakes/scripted-brain';
import { scriptedProviderServer } from '@test/support/fakes/scripted-provider-server';
import { API_KEY, startTestWeb, type TestWeb } from '@test/support/web';

const KEY = 'sk-a-key-of-the-tests-wxyz';
let database: TestDatabase;
let web: TestWeb;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, environment: { GROQ_API_KEY: 'gsk-of-the-environment' } });
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const put = (vendor: string, apiKey: unknown, key = API_KEY) => web.ask('PUT', `/api/provider-keys/${vendor}`, { body: JSON.stringify({ api_key: apiKey }), key });
const remove = (vendor: string, key = API_KEY) => web.ask('DELETE', `/api/provider-keys/${vendor}`, { key });
const listed = async (key = API_KEY) => (await web.ask('GET', '/api/provider-keys', { key })).json().provider_keys as ProviderKey[];
const keyIn = async (workspaceId: string, role: 'admin' | 'operator' = 'admin') => (await createApiKey(database.db, { workspaceId, name: role, role })).key;

describe('provider keys', () => {
  it('are listed for every vendor, with the variable and where the key comes from', async () => {
    const keys = await listed();
    expect(keys.map(({ vendor }) => vendor)).toEqual([...VENDOR_NAMES]);
    expect(keys.map(({ vendor, variable }) => [vendor, variable])).toEqual(Object.entries(VENDOR_KEYS));
    expect(keys.find(({ vendor }) => vendor === 'groq')).toEqual({ vendor: 'groq', variable: 'GROQ_API_KEY', source: 'environment', hint: null, updated_at: null, problem: null });
    expect(keys.find(({ vendor }) => vendor === 'cohere')).toMatchObject({ source: null });
  });

  it('are kept for the workspace, and shown by their end alone', async () => {
    const answer = await put('groq', ` ${KEY} `);
    expect([answer.status, answer.json()]).toEqual([200, { vendor: 'groq', variable: 'GROQ_API_KEY', source: 'workspace', hint: '…wxyz', updated_at: expect.any(String) as string, problem: null }]);
    expect((await listed()).find(({ vendor }) => vendor === 'groq')).toEqual(answer.json());
    const again = await put('groq', 'short-new');
    expect(again.json()).toMatchObject({ hint: '…' }); // four of nine characters would be too many
    expect((await remove('groq')).status).toBe(204);
    expect((await listed()).find(({ vendor }) => vendor === 'groq')).toMatchObject({ source: 'environment', hint: null });
    expect((await remove('groq')).status).toBe(404);
  });

  it('leave no trace of themselves in answers, in the log, in the audit log or readable in the database', async () => {
    await put('openai', KEY);
    await put('openai', `${KEY}\n second line`);
    await put('nobody', KEY);
    await put('openai', KEY, 'parley_wrong');
    for (const path of ['/api/provider-keys', '/api/audit', '/api/agents/', '/api/agents/providers/available', '/api/openapi.json']) expect((await web.ask('GET', path)).text, path).not.toContain(KEY);
    expect(web.log()).not.toContain(KEY);
    expect(JSON.stringify(await database.db.select().from(auditEvents))).not.toContain(KEY);
    expect(JSON.stringify(await database.db.select().from(secrets))).not.toContain(KEY);
    expect(web.log() + JSON.stringify(await listed())).not.toContain('gsk-of-the-environment');
  });

  it('are written into the audit log when set and when removed', async () => {
    await put('mistral', KEY);
    await remove('mistral');
    const rows = await database.db.select().from(auditEvents).where(and(eq(auditEvents.subjectKind, 'provider_key'), eq(auditEvents.subjectId, 'mistral'))).orderBy(auditEvents.at);
    expect(rows.map(({ action, actorLabel, details }) => [action, actorLabel, details])).toEqual([['provider_key.set', 'First key', {}], ['provider_key.remove', 'First key', {}]]);
  });

  it('are an admin’s, and of one workspace alone', async () => {
    await put('cohere', KEY);
    const operator = await keyIn(await firstWorkspaceId(database.db), 'operator');
    for (const answer of [await put('cohere', KEY, operator), await remove('cohere', operator), await web.ask('GET', '/api/provider-keys', { key: operator })]) expect(answer.status).toBe(403);
    const stranger = await keyIn(await aWorkspace(database.db));
    expect((await listed(stranger)).find(({ vendor }) => vendor === 'cohere')).toMatchObject({ source: null, hint: null });
    expect((await remove('cohere', stranger)).status).toBe(404);
    expect((await listed()).find(({ vendor }) => vendor === 'cohere')).toMatchObject({ source: 'workspace' });
  });

  it('name the field of bad input, and never repeat it', async () => {
    for (const [vendor, apiKey, field] of [['nobody', KEY, 'vendor'], ['openai', 'short', 'api_key'], ['openai', 'two words here', 'api_key'], ['openai', 'kéy-with-an-accent', 'api_key'], ['openai', 'x'.repeat(501), 'api_key'], ['openai', 7, 'api_key'], ['openai', undefined, 'api_key']] as const) {
      const answer = await put(vendor, apiKey);
      expect([answer.status, String(answer.json().detail).split(':')[0]], `${vendor} ${String(apiKey)}`).toEqual([400, field]);
      if (typeof apiKey === 'string') expect(answer.text).not.toContain(apiKey);
    }
  });

  it('cannot be kept without ENCRYPTION_KEY, and say so', async () => {
    await using other = await startTestWeb({ db: database.db, environment: { ENCRYPTION_KEY: '' } });
    const answer = await other.ask('PUT', '/api/provider-keys/anthropic', { body: JSON.stringify({ api_key: KEY }) });
    expect([answer.status, answer.json().detail]).toEqual([412, expect.stringContaining('ENCRYPTION_KEY is not set')]);
  });

  it('that were sealed with a key that is gone are listed with the problem and its mend', async () => {
    await put('anthropic', KEY);
    await using other = await startTestWeb({ db: database.db, environment: { ENCRYPTION_KEY: '6f'.repeat(32) } });
    const keys = (await other.ask('GET', '/api/provider-keys')).json().provider_keys as ProviderKey[];
    expect(keys.find(({ vendor }) => vendor === 'anthropic')).toMatchObject({ source: 'workspace', problem: expect.stringContaining('ENCRYPTION_KEY_PREVIOUS') as string });
  });
});

describe('a turn', () => {
  it('is asked with the workspace’s own key, also where the environment has one, and without it once it is removed', async () => {
    await using server = await scriptedProviderServer('openai', [{ text: ['Hello.'] }]);
    const environment = { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'sk-of-the-environment', ENCRYPTION_KEY: '5e'.repeat(32) };
    await using other = await startTestWeb({ db: database.db, environment });
    const brain = scriptedBrain(database.db, {}, { environment });
    const seed = await seedWorkspace(database.db);
    const admin = await keyIn(seed.workspaceId);
    const { turn } = await startTurns(brain.store, seed, { model: 'openai/m' });
    const askedWith = async () => {
      expect((await collect(brain.runTurn(turn('Hi')))).error).toBeUndefined();
      return server.requests.at(-1)?.headers.authorization;
    };

    expect(await askedWith()).toBe('Bearer sk-of-the-environment');
    await other.ask('PUT', '/api/provider-keys/openai', { key: admin, body: JSON.stringify({ api_key: KEY }) });
    brain.providerKeys.forget(seed.workspaceId); // what the five seconds do in another process
    expect(await askedWith()).toBe(`Bearer ${KEY}`);
    await other.ask('DELETE', '/api/provider-keys/openai', { key: admin });
    brain.providerKeys.forget(seed.workspaceId);
    expect(await askedWith()).toBe('Bearer sk-of-the-environment');
  });

  it('of an agent without a model uses the vendor that its workspace has a key of', async () => {
    const environment = { ENCRYPTION_KEY: '5e'.repeat(32) };
    const brain = scriptedBrain(database.db, {}, { environment });
    const seed = await seedWorkspace(database.db);
    expect(await brain.defaultModelOf(seed.workspaceId)).toBe('builtin/assistant');
    await put('groq', KEY, await keyIn(seed.workspaceId));
    brain.providerKeys.forget(seed.workspaceId);
    expect(await brain.defaultModelOf(seed.workspaceId)).toBe('groq/llama-3.3-70b-versatile');
    expect(await brain.defaultModelOf(await aWorkspace(database.db))).toBe('builtin/assistant');
  });

  it('changes with a key in this process at once', async () => {
    const agents = async () => (await web.ask('GET', '/api/agents/default/current')).json().llm_provider;
    await remove('groq');
    for (const vendor of VENDOR_NAMES) await remove(vendor);
    expect(await agents()).toBe('groq'); // the environment's
    await put('anthropic', KEY);
    expect(await agents()).toBe('anthropic');
    await remove('anthropic');
    expect(await agents()).toBe('groq');
  });
});

describe('readiness', () => {
  it('counts a vendor’s key that the first workspace keeps', async () => {
    await using own = await createTestDatabase();
    await using other = await startTestWeb({ db: own.db });
    const environment = { ENCRYPTION_KEY: '5e'.repeat(32), LLM_MODEL: 'mistral/m' };
    await expect(scriptedBrain(own.db, {}, { environment }).check()).rejects.toThrow('MISTRAL_API_KEY');
    await other.ask('PUT', '/api/provider-keys/mistral', { body: JSON.stringify({ api_key: KEY }) });
    await expect(scriptedBrain(own.db, {}, { environment }).check()).resolves.toBeUndefined();
  });
});
