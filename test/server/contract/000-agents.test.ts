import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Agent, AvailableProviders } from '@/server/agents/contract';
import { agents } from '@/server/agents/tables';
import { createApiKey } from '@/server/auth/api-keys';
import { auditEvents } from '@/server/audit/tables';
import { SPEECH_VOICES } from '@/server/speech/catalog';
import { workspaces } from '@/server/workspaces/tables';
import { aSignedInUser, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestWeb } from '@test/support/web';

/** The agents section of the documented page, every example and field, as its curl sends it and with the key added. */
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
beforeEach(async () => {
  await database.db.delete(agents).where(eq(agents.isDefault, false));
});

const PAGE_EXAMPLE = {
  name: 'MyAgent',
  description: 'A helpful voice assistant',
  llm_provider: 'groq',
  llm_model: 'mixtral-8x7b-32768',
  stt_provider: 'deepgram',
  tts_provider: 'deepgram',
};

const send = (method: string, path: string, body?: unknown, key?: string | null) =>
  web.ask(method, path, { ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(key === undefined ? {} : { key }) });

async function created(body: Record<string, unknown>): Promise<Agent> {
  const answer = await send('POST', '/api/agents/', body);
  expect(answer.status, answer.text).toBe(201);
  return answer.json() as Agent;
}

async function updated(id: string, body: Record<string, unknown>): Promise<Agent> {
  const answer = await send('PUT', `/api/agents/${id}`, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json() as Agent;
}

const read = async (id: string) => (await send('GET', `/api/agents/${id}`)).json() as Agent;
const list = async (query = '') => JSON.parse((await send('GET', `/api/agents/${query}`)).text) as Agent[];
const audit = () => database.db.select().from(auditEvents).where(eq(auditEvents.workspaceId, workspaceId)).orderBy(desc(auditEvents.at));

async function refused(body: Record<string, unknown>, field: string, id?: string): Promise<string> {
  const answer = id ? await send('PUT', `/api/agents/${id}`, body) : await send('POST', '/api/agents/', { name: 'Refused', ...body });
  expect(answer.status, `${JSON.stringify(body)} → ${answer.text}`).toBe(400);
  const { detail } = answer.json();
  expect(detail).toEqual(expect.any(String));
  expect(detail).toContain(field);
  return detail as string;
}

const aMember = async (role: 'viewer' | 'operator' | 'admin' = 'operator') => (await aSignedInUser(database.db, { workspaceId, role })).userId;
const aKey = async (role: 'viewer' | 'operator' | 'admin', scopes?: ('agents' | 'metrics' | '*')[]) =>
  (await createApiKey(database.db, { workspaceId, name: `key of ${role}`, role, ...(scopes ? { scopes } : {}) })).key;

describe('the page’s example', () => {
  it('creates the agent with 201 and answers every field, flat and as objects', async () => {
    const agent = await created(PAGE_EXAMPLE);
    expect(agent).toEqual({
      ...PAGE_EXAMPLE,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, user_id: null, slug: 'myagent', system_prompt: '', greeting: null, rag_config_id: null,
      model: 'groq/mixtral-8x7b-32768', voice: null, tools: ['DATETIME', 'CALC'], tags: [], allowed_user_ids: null, turn_settings: {},
      llm_config: { model: 'mixtral-8x7b-32768' }, stt_config: {}, tts_config: {},
      is_default: false, is_active: true, is_system_agent: false,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string, updated_at: expect.stringMatching(/Z$/) as string,
    });
    expect(await read(agent.id)).toEqual(agent);
    expect(await list()).toContainEqual(agent);
  });

  it('answers with and without the slash at the end', async () => {
    expect((await send('POST', '/api/agents', PAGE_EXAMPLE)).status).toBe(201);
    expect((await send('GET', '/api/agents')).text).toBe((await send('GET', '/api/agents/')).text);
  });

  it('needs credentials, the one thing that the page does not show', async () => {
    for (const [method, path] of [['GET', '/api/agents/'], ['POST', '/api/agents/'], ['GET', '/api/agents/default/current'], ['GET', '/api/agents/providers/available']] as const)
      expect((await send(method, path, method === 'POST' ? PAGE_EXAMPLE : undefined, null)).status, path).toBe(401);
  });
});

describe('a client of the page in an open network', () => {
  it('works unchanged, from creating to deleting', async () => {
    await using open = await startTestWeb({ db: database.db, environment: { PARLEY_OPEN_NETWORKS: '127.0.0.0/8' } });
    const curl = (method: string, path: string, body?: unknown) => open.ask(method, path, { key: null, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const made = await curl('POST', '/api/agents/', PAGE_EXAMPLE);
    expect(made.status, made.text).toBe(201);
    const { id } = made.json() as Agent;
    expect((await curl('GET', `/api/agents/${id}`)).json()).toEqual(made.json());
    expect((await curl('PUT', `/api/agents/${id}`, { description: 'New' })).json()).toMatchObject({ ...PAGE_EXAMPLE, description: 'New' });
    expect((await curl('GET', `/api/agents/${id}/conversation`)).json()).toMatchObject({ conversation_id: expect.any(String) as string, websocket_url: expect.stringMatching(/^ws:/) as string });
    expect((await curl('POST', '/api/conversation/stream')).status).toBe(200);
    expect((await curl('DELETE', `/api/agents/${id}`)).status).toBe(204);
    expect((await audit())[0]).toMatchObject({ action: 'agent.delete', actorKind: 'open_network', actorLabel: 'api-user' });
  });

  it('changes no agent that is not shown to it', async () => {
    await using open = await startTestWeb({ db: database.db, environment: { PARLEY_OPEN_NETWORKS: '127.0.0.0/8' } });
    const { id } = await created({ name: 'Kept from it', allowed_user_ids: [await aMember()] });
    for (const [method, path] of [['GET', ''], ['PUT', ''], ['DELETE', ''], ['PUT', '/set-default'], ['PUT', '/providers']] as const)
      expect((await open.ask(method, `/api/agents/${id}${path}`, { key: null, ...(method === 'PUT' ? { body: '{"name":"Mine"}' } : {}) })).status, `${method} ${path}`).toBe(404);
    expect((await read(id)).name).toBe('Kept from it');
  });
});

describe('POST /api/agents/', () => {
  it('takes a name alone and fills in what the installation has', async () => {
    expect(await created({ name: '  Bare  ' })).toMatchObject({
      name: 'Bare', slug: 'bare', description: '', llm_provider: 'builtin', llm_model: 'assistant', stt_provider: 'builtin', tts_provider: 'builtin',
      model: null, is_default: false, is_active: true,
    });
  });

  it('treats null like nothing, as clients write it', async () => {
    const nothing = Object.fromEntries(['description', 'system_prompt', 'greeting', 'model', 'llm_provider', 'llm_model', 'llm_config', 'stt_provider', 'stt_config', 'tts_provider', 'tts_config', 'voice', 'tools', 'tags', 'allowed_user_ids', 'turn_settings', 'rag_config_id'].map((name) => [name, null]));
    expect(await created({ name: 'Nulls', ...nothing })).toMatchObject({ llm_provider: 'builtin', tools: ['DATETIME', 'CALC'], tags: [], description: '' });
  });

  it('takes the nested dialect: provider and config in one object', async () => {
    expect(await created({
      name: 'Nested',
      llm_config: { provider: 'groq.com', config: { model: 'mixtral-8x7b-32768', temperature: 0.5 } },
      stt_config: { provider: 'deepgram.com', config: { model: 'nova-2' } },
      tts_config: { provider: 'elevenlabs.io', config: { voice: 'Rachel', stability: 0.7 } },
    })).toMatchObject({
      llm_provider: 'groq', llm_model: 'mixtral-8x7b-32768', llm_config: { model: 'mixtral-8x7b-32768', temperature: 0.5 },
      stt_provider: 'deepgram', stt_config: { model: 'nova-2' }, tts_provider: 'elevenlabs', tts_config: { voice: 'Rachel', stability: 0.7 }, voice: 'Rachel',
    });
  });

  it('takes settings flat beside the flat provider, as answers carry them', async () => {
    expect(await created({ name: 'Flat', llm_provider: 'openai', llm_model: 'gpt-4o', llm_config: { max_tokens: 200, top_p: 0.9 }, tts_config: { voice: 'rms', speed: 1.2 } }))
      .toMatchObject({ model: 'openai/gpt-4o', llm_config: { model: 'gpt-4o', max_tokens: 200, top_p: 0.9 }, voice: 'rms', tts_config: { voice: 'rms', speed: 1.2 } });
  });

  it.each([
    ['groq', 'groq'], ['groq.com', 'groq'], ['GROQ.com', 'groq'], ['mistral.ai', 'mistral'], ['openai.com', 'openai'],
    ['anthropic', 'anthropic'], ['google', 'google'], ['cohere', 'cohere'], ['openrouter.ai', 'openrouter'], ['llama-cpp.local', 'llama-cpp'],
  ])('accepts the language model provider %s without its key and emits %s', async (given, emitted) => {
    const agent = await created({ name: 'Vendor', llm_provider: given });
    expect(agent.llm_provider).toBe(emitted);
    expect(agent.llm_model).not.toBe('');
  });

  it.each([
    ['stt', 'deepgram.com', 'deepgram'], ['stt', 'whisper.local', 'whisper'], ['stt', 'openai', 'openai'], ['stt', 'builtin', 'builtin'],
    ['tts', 'deepgram', 'deepgram'], ['tts', 'elevenlabs.io', 'elevenlabs'], ['tts', 'async.ai', 'async'], ['tts', 'kokoro.local', 'kokoro'], ['tts', 'hume.ai', 'hume'],
  ])('accepts the %s provider %s and emits %s', async (type, given, emitted) => {
    expect(await created({ name: 'Speech', [`${type}_provider`]: given })).toMatchObject({ [`${type}_provider`]: emitted });
  });

  it('names the vendor by the model where nothing else does', async () => {
    expect((await created({ name: 'A', llm_model: 'gpt-4o' })).model).toBe('openai/gpt-4o');
    expect((await created({ name: 'B', llm_model: 'anthropic/claude-haiku-4-5' })).model).toBe('anthropic/claude-haiku-4-5');
    expect((await created({ name: 'C', model: 'groq.com/llama-3.3-70b-versatile' })).model).toBe('groq/llama-3.3-70b-versatile');
    // A vendor's own names have slashes too: beside a provider they stay whole.
    expect((await created({ name: 'D', llm_provider: 'groq', llm_model: 'openai/gpt-oss-120b' })).model).toBe('groq/openai/gpt-oss-120b');
  });

  it('makes slugs that are free', async () => {
    const slugs = [];
    for (const name of ['Café Müller #2', 'Cafe Muller 2', 'cafe muller 2', '电话']) slugs.push((await created({ name })).slug);
    expect(slugs).toEqual(['cafe-muller-2', 'cafe-muller-2-2', 'cafe-muller-2-3', 'agent']);
    expect((await created({ name: 'Front desk', slug: 'reception' })).slug).toBe('reception');
    const taken = await send('POST', '/api/agents/', { name: 'Other', slug: 'reception' });
    expect([taken.status, taken.json().detail]).toEqual([409, "slug: another agent has the slug 'reception'"]);
  });

  it('makes many at once with slugs of their own', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => send('POST', '/api/agents/', { name: 'Twin' })));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(8).fill(201));
    expect(new Set(answers.map((answer) => answer.json().slug)).size).toBe(8);
  });

  it('keeps text as it was sent, at its longest too', async () => {
    const prompt = 'Ich heiße “Парли” 🤖.\n'.repeat(1_400).slice(0, 31_999);
    expect(await created({ name: 'n'.repeat(255), system_prompt: prompt, greeting: 'Hi!', tags: ['sales', ' night ', 'sales'] }))
      .toMatchObject({ name: 'n'.repeat(255), system_prompt: prompt, greeting: 'Hi!', tags: ['sales', 'night'] });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no name', { name: undefined }, 'name'],
    ['a blank name', { name: '   ' }, 'name'],
    ['a long name', { name: 'n'.repeat(256) }, 'name'],
    ['a name that is no text', { name: 7 }, 'name'],
    ['NUL in the name', { name: 'a\0b' }, 'name'],
    ['half a surrogate pair', { system_prompt: 'x\ud800y' }, 'system_prompt'],
    ['a long prompt', { system_prompt: 'x'.repeat(32_001) }, 'system_prompt'],
    ['a long greeting', { greeting: 'x'.repeat(2_001) }, 'greeting'],
    ['a long description', { description: 'x'.repeat(2_001) }, 'description'],
    ['a blank provider', { llm_provider: ' ' }, 'llm_provider'],
    ['an unknown vendor', { llm_provider: 'acme' }, 'llm_provider'],
    ['an unknown nested vendor', { llm_config: { provider: 'acme.com', config: {} } }, 'llm_config.provider'],
    ['an unknown voice vendor', { tts_provider: 'acme' }, 'tts_provider'],
    ['an unknown ear', { stt_config: { provider: 'acme' } }, 'stt_config.provider'],
    ['a model without a vendor', { llm_model: 'unheard-of' }, 'llm_model'],
    ['a whole model without a vendor', { model: 'unheard-of' }, 'model'],
    ['a model that the built-in one has not', { llm_provider: 'builtin', llm_model: 'gpt-4o' }, 'llm_model'],
    ['a config that is no object', { llm_config: 'hot' }, 'llm_config'],
    ['a nested config that is no object', { llm_config: { provider: 'groq', config: [1] } }, 'llm_config.config'],
    ['a setting beside provider and config', { llm_config: { provider: 'groq', config: {}, temperature: 1 } }, 'llm_config.temperature'],
    ['an unknown setting', { llm_provider: 'groq', llm_config: { warmth: 1 } }, 'llm_config.warmth'],
    ['a setting of another type', { llm_provider: 'groq', llm_config: { temperature: 'hot' } }, 'llm_config.temperature'],
    ['a setting out of range', { llm_provider: 'groq', llm_config: { provider: 'groq', config: { temperature: 2.1 } } }, 'llm_config.config.temperature'],
    ['a range of the vendor’s own', { llm_provider: 'anthropic', llm_config: { temperature: 1.5 } }, 'llm_config.temperature'],
    ['half a token', { llm_provider: 'groq', llm_config: { max_tokens: 1.5 } }, 'llm_config.max_tokens'],
    ['a setting for a model that has none', { llm_config: { temperature: 1 } }, 'llm_config.temperature'],
    ['a key among the settings', { llm_provider: 'groq', llm_config: { api_key: 'gsk_1' } }, 'llm_config.api_key'],
    ['a key for a vendor without a client', { tts_provider: 'deepgram', tts_config: { api_key: 'k' } }, 'tts_config.api_key'],
    ['an unknown voice', { voice: 'nobody' }, 'voice'],
    ['an unknown voice among the settings', { tts_config: { voice: 'nobody' } }, 'tts_config.voice'],
    ['a speed nobody speaks at', { tts_config: { speed: 9 } }, 'tts_config.speed'],
    ['an unknown tool', { tools: ['CALC', 'TELEPORT'] }, 'tools'],
    ['a tool that is no text', { tools: [1] }, 'tools[0]'],
    ['too many tags', { tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, 'tags'],
    ['a long tag', { tags: ['t'.repeat(51)] }, 'tags[0]'],
    ['a user who is none', { allowed_user_ids: ['me'] }, 'allowed_user_ids[0]'],
    ['a stranger', { allowed_user_ids: ['11111111-1111-4111-8111-111111111111'] }, 'allowed_user_ids'],
    ['an unknown turn setting', { turn_settings: { patience: 1 } }, 'turn_settings.patience'],
    ['a turn setting out of range', { turn_settings: { endpoint_delay_ms: 1 } }, 'turn_settings.endpoint_delay_ms'],
    ['a turn setting of another type', { turn_settings: { interruptible: 'no' } }, 'turn_settings.interruptible'],
    ['a RAG configuration that is none', { rag_config_id: '11111111-1111-4111-8111-111111111111' }, 'rag_config_id'],
    ['a slug with a blank', { slug: 'no good' }, 'slug'],
    ['a default that is no switch', { is_default: 'yes' }, 'is_default'],
    ['the name of a property all objects have', { llm_provider: 'groq', llm_config: { constructor: 1 } }, 'llm_config.constructor'],
  ])('refuses %s, naming the field', async (_title, body, field) => {
    await refused(body, field);
  });

  it('lists the vendors it knows when it refuses one', async () => {
    const detail = await refused({ llm_provider: 'acme' }, 'llm_provider');
    for (const vendor of ['builtin', 'openai', 'anthropic', 'google', 'groq', 'mistral', 'cohere']) expect(detail).toContain(vendor);
    expect(detail).not.toContain('scripted');
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['two providers', { llm_provider: 'groq', llm_config: { provider: 'openai', config: {} } }, ['llm_provider', 'llm_config.provider']],
    ['two models', { llm_provider: 'groq', llm_model: 'a', llm_config: { model: 'b' } }, ['llm_model', 'llm_config.model']],
    ['a whole model and another provider', { model: 'openai/gpt-4o', llm_provider: 'groq' }, ['model', 'llm_provider']],
    ['a whole model and another model', { model: 'openai/gpt-4o', llm_model: 'gpt-4.1' }, ['model', 'llm_model']],
    ['two voices', { voice: 'slt', tts_config: { voice: 'rms' } }, ['voice', 'tts_config.voice']],
    ['two ears', { stt_provider: 'deepgram', stt_config: { provider: 'whisper' } }, ['stt_provider', 'stt_config.provider']],
  ])('refuses %s, naming both fields', async (_title, body, fields) => {
    const detail = await refused(body, fields[0]!);
    expect(detail).toContain(fields[1]);
  });

  it('accepts spellings that agree', async () => {
    expect(await created({ name: 'Agreed', model: 'groq/llama', llm_provider: 'groq.com', llm_model: 'llama', llm_config: { provider: 'groq', config: { model: 'llama' } } })).toMatchObject({ model: 'groq/llama' });
  });

  it('refuses a body that is not a JSON object', async () => {
    for (const body of ['[]', '"x"', '7', '{']) expect((await web.ask('POST', '/api/agents/', { body })).status, body).toBe(400);
    expect((await web.ask('POST', '/api/agents/', { body: 'name=x', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });

  it('keeps nothing of what it refused', async () => {
    const before = (await list()).length;
    await refused({ tools: ['TELEPORT'], is_default: true }, 'tools');
    expect((await list()).length).toBe(before);
    expect((await list()).filter(({ is_default }) => is_default)).toHaveLength(1);
  });
});

describe('GET /api/agents/', () => {
  it('answers a bare array, the default agent first, then as they were made', async () => {
    for (const name of ['one', 'two', 'three']) await created({ name });
    const all = await list();
    expect(all.map(({ name }) => name)).toEqual(['Assistant', 'one', 'two', 'three']);
    expect(all[0]?.is_default).toBe(true);
    expect((await list('?skip=1&limit=2')).map(({ name }) => name)).toEqual(['one', 'two']);
    expect(await list('?skip=100')).toEqual([]);
  });

  it('refuses a page that is none, naming the field', async () => {
    for (const [query, field] of [['skip=-1', 'skip'], ['skip=x', 'skip'], ['limit=0', 'limit'], ['limit=1001', 'limit']] as const) {
      const answer = await send('GET', `/api/agents/?${query}`);
      expect([answer.status, String(answer.json().detail).includes(field)], query).toEqual([400, true]);
    }
  });
});

describe('GET, PUT and DELETE /api/agents/{agent_id}', () => {
  it('answer 404 in the page’s words, with the id, for an agent that is not there', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000000', 'nonsense']) {
      for (const [method, path] of [['GET', ''], ['PUT', ''], ['DELETE', ''], ['PUT', '/set-default'], ['GET', '/providers'], ['PUT', '/providers']] as const) {
        const answer = await send(method, `/api/agents/${id}${path}`, method === 'PUT' ? {} : undefined);
        expect([answer.status, answer.json()], `${method} ${path}`).toEqual([404, { detail: `Agent not found: ${id}` }]);
      }
    }
  });

  it('know nothing of another workspace’s agent', async () => {
    const [other] = await database.db.insert(agents).values({ workspaceId: await aWorkspace(database.db), slug: 'theirs', name: 'Theirs' }).returning();
    for (const [method, path] of [['GET', ''], ['PUT', ''], ['DELETE', ''], ['PUT', '/set-default']] as const)
      expect((await send(method, `/api/agents/${other!.id}${path}`, method === 'PUT' ? { name: 'Mine' } : undefined)).status).toBe(404);
    const [still] = await database.db.select().from(agents).where(eq(agents.id, other!.id));
    expect(still).toMatchObject({ name: 'Theirs', isDefault: false });
  });

  it('take back what was read without changing anything', async () => {
    const full = await created({
      ...PAGE_EXAMPLE, name: 'Full', system_prompt: 'Be brief.', greeting: 'Hello', llm_config: { temperature: 0.3, max_tokens: 90 }, tts_config: { voice: 'aura', pace: 2 },
      tags: ['a'], tools: ['calc'], turn_settings: { endpoint_delay_ms: 700, interruptible: false }, allowed_user_ids: [await aMember()],
    });
    const events = (await audit()).length;
    for (const agent of [...(await list()), full]) expect(await updated(agent.id, agent as unknown as Record<string, unknown>)).toEqual(agent);
    expect((await audit()).length).toBe(events);
  });

  it('change what was changed in what was read, in whichever spelling', async () => {
    const begin = async () => created({ name: 'Changing', llm_provider: 'openai', llm_model: 'gpt-4o', llm_config: { temperature: 0.5, frequency_penalty: 1 } });
    const flat = await begin();
    expect((await updated(flat.id, { ...flat, llm_model: 'gpt-4.1' })).model).toBe('openai/gpt-4.1');
    const object = await begin();
    expect((await updated(object.id, { ...object, llm_config: { ...object.llm_config, model: 'gpt-4.1' } })).model).toBe('openai/gpt-4.1');
    const whole = await begin();
    expect((await updated(whole.id, { ...whole, model: 'groq/llama' }))).toMatchObject({ llm_provider: 'groq', llm_model: 'llama', llm_config: { model: 'llama', temperature: 0.5 } });
    const vendor = await begin();
    expect(await updated(vendor.id, { ...vendor, llm_provider: 'anthropic', llm_model: 'claude-haiku-4-5' }))
      .toMatchObject({ model: 'anthropic/claude-haiku-4-5', llm_config: { model: 'claude-haiku-4-5', temperature: 0.5 } });
    const voice = await created({ name: 'Voice', voice: 'rms', tts_config: { speed: 1.5 } });
    expect((await updated(voice.id, { ...voice, voice: 'awb' })).tts_config).toEqual({ voice: 'awb', speed: 1.5 });
    expect((await updated(voice.id, { ...voice, tts_config: { ...voice.tts_config, voice: 'slt' }, voice: 'awb' })).voice).toBe('slt');
  });

  it('leave alone what was not said, and change what was', async () => {
    const before = await created({ ...PAGE_EXAMPLE, system_prompt: 'Be brief.', tags: ['a'] });
    const after = await updated(before.id, { description: 'New', tags: ['b', 'c'] });
    expect(after).toEqual({ ...before, description: 'New', tags: ['b', 'c'], updated_at: after.updated_at });
    expect(after.updated_at >= before.updated_at).toBe(true);
    expect(await read(before.id)).toEqual(after);
  });

  it('merge provider settings; null takes one away, or all', async () => {
    const { id } = await created({ name: 'Merged', llm_provider: 'groq', llm_model: 'llama', llm_config: { temperature: 0.2, top_p: 0.9 } });
    expect((await updated(id, { llm_config: { provider: 'groq', config: { max_tokens: 50 } } })).llm_config).toEqual({ model: 'llama', temperature: 0.2, top_p: 0.9, max_tokens: 50 });
    expect((await updated(id, { llm_config: { top_p: null, temperature: 0.4 } })).llm_config).toEqual({ model: 'llama', temperature: 0.4, max_tokens: 50 });
    expect((await updated(id, { llm_config: null })).llm_config).toEqual({ model: 'llama' });
    const spoken = await created({ name: 'Spoken', voice: 'awb', tts_config: { speed: 1.1 }, turn_settings: { endpoint_delay_ms: 900 } });
    expect((await updated(spoken.id, { tts_config: { speed: null } })).tts_config).toEqual({ voice: 'awb' });
    expect(await updated(spoken.id, { voice: null, turn_settings: { interruptible: false } })).toMatchObject({ voice: null, tts_config: {}, turn_settings: { endpoint_delay_ms: 900, interruptible: false } });
    expect((await updated(spoken.id, { turn_settings: null })).turn_settings).toEqual({});
  });

  it('start afresh with another provider', async () => {
    const { id } = await created({ name: 'Moved', llm_provider: 'openai', llm_model: 'gpt-4o', llm_config: { temperature: 1.8 } });
    const moved = await updated(id, { llm_provider: 'anthropic' });
    expect(moved.llm_provider).toBe('anthropic');
    expect(moved.llm_model).toMatch(/^claude/);
    expect(moved.llm_config).toEqual({ model: moved.llm_model });
  });

  it('pin a model and go back to the workspace’s default', async () => {
    const { id } = await created({ name: 'Default model' });
    expect(await updated(id, { model: 'builtin/assistant' })).toMatchObject({ model: 'builtin/assistant', llm_provider: 'builtin' });
    expect((await updated(id, { model: null })).model).toBeNull();
    expect((await updated(id, { llm_provider: 'groq' })).llm_provider).toBe('groq');
    expect(await updated(id, { llm_provider: null })).toMatchObject({ model: null, llm_provider: 'builtin', llm_model: 'assistant' });
  });

  it('empty text, tools and tags with null', async () => {
    const { id } = await created({ ...PAGE_EXAMPLE, system_prompt: 'x', greeting: 'y', tags: ['z'] });
    expect(await updated(id, { description: null, system_prompt: null, greeting: null, tools: null, tags: null, stt_provider: null }))
      .toMatchObject({ description: '', system_prompt: '', greeting: null, tools: [], tags: [], stt_provider: 'builtin' });
  });

  it('rename without moving the slug, and move the slug when asked to', async () => {
    const { id } = await created({ name: 'Old name' });
    expect(await updated(id, { name: 'New name' })).toMatchObject({ name: 'New name', slug: 'old-name' });
    expect((await updated(id, { slug: 'new-name' })).slug).toBe('new-name');
    expect((await send('PUT', `/api/agents/${id}`, { slug: 'assistant' })).status).toBe(409);
  });

  it('refuse bad changes as creation does, and change nothing then', async () => {
    const agent = await created(PAGE_EXAMPLE);
    await refused({ name: '' }, 'name', agent.id);
    await refused({ name: null }, 'name', agent.id);
    await refused({ description: 'x', llm_provider: 'acme' }, 'llm_provider', agent.id);
    await refused({ llm_config: { temperature: 3 } }, 'llm_config.temperature', agent.id);
    await refused({ llm_provider: null, llm_model: 'llama' }, 'llm_model', agent.id);
    await refused({ rag_config_id: 'kb' }, 'rag_config_id', agent.id);
    expect(await read(agent.id)).toEqual(agent);
  });

  it('delete with 204 and no body, once', async () => {
    const { id } = await created({ name: 'Gone' });
    const answer = await send('DELETE', `/api/agents/${id}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect((await send('DELETE', `/api/agents/${id}`)).status).toBe(404);
  });
});

describe('the default agent', () => {
  it('is there from the start, under default/current', async () => {
    const answer = await send('GET', '/api/agents/default/current');
    expect([answer.status, answer.json()]).toMatchObject([200, { name: 'Assistant', is_default: true }]);
  });

  it('moves to another agent, and there is exactly one, whatever happens at once', async () => {
    const first = (await send('GET', '/api/agents/default/current')).json().id as string;
    const others = [await created({ name: 'A' }), await created({ name: 'B' }), await created({ name: 'C' })];
    const answers = await Promise.all([...others, ...others].map(({ id }) => send('PUT', `/api/agents/${id}/set-default`)));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(6).fill(200));
    expect((await list()).filter(({ is_default }) => is_default)).toHaveLength(1);
    const created4 = await created({ name: 'D', is_default: true });
    expect((await send('GET', '/api/agents/default/current')).json()).toEqual(created4);
    expect((await updated(first, { is_default: true })).is_default).toBe(true);
    expect((await list()).filter(({ is_default }) => is_default).map(({ id }) => id)).toEqual([first]);
  });

  it('stays until another one takes its place: 409 with the mend', async () => {
    const { id } = (await send('GET', '/api/agents/default/current')).json();
    for (const [method, body] of [['DELETE', undefined], ['PUT', { is_default: false }], ['PUT', { is_active: false }], ['PUT', { allowed_user_ids: [] }]] as const) {
      const answer = await send(method, `/api/agents/${id as string}`, body);
      expect([answer.status, answer.json().detail], JSON.stringify(body)).toEqual([409, expect.stringContaining('set-default')]);
    }
    const off = await created({ name: 'Off', is_active: false });
    const some = await created({ name: 'Some', allowed_user_ids: [] });
    for (const one of [off, some]) expect((await send('PUT', `/api/agents/${one.id}/set-default`)).status).toBe(409);
    expect((await send('POST', '/api/agents/', { name: 'Off', is_active: false, is_default: true })).status).toBe(409);
    expect((await list()).filter(({ is_default }) => is_default).map((one) => one.id)).toEqual([id]);
  });
});

describe('providers', () => {
  it('of an agent are read and changed by themselves', async () => {
    const { id } = await created(PAGE_EXAMPLE);
    expect((await send('GET', `/api/agents/${id}/providers`)).json()).toEqual({
      llm: { provider: 'groq', config: { model: 'mixtral-8x7b-32768' } }, stt: { provider: 'deepgram', config: {} }, tts: { provider: 'deepgram', config: {} },
    });
    const answer = await send('PUT', `/api/agents/${id}/providers`, { llm: { provider: 'groq', config: { temperature: 1 } }, tts: { provider: 'builtin', config: { voice: 'rms' } } });
    expect([answer.status, answer.json()]).toMatchObject([200, { llm_config: { model: 'mixtral-8x7b-32768', temperature: 1 }, tts_provider: 'builtin', voice: 'rms', stt_provider: 'deepgram' }]);
    const again = (await send('GET', `/api/agents/${id}/providers`)).json();
    await send('PUT', `/api/agents/${id}/providers`, again);
    expect((await send('GET', `/api/agents/${id}/providers`)).json()).toEqual(again);
    expect((await send('PUT', `/api/agents/${id}/providers`, { llm: { provider: 'acme' } })).status).toBe(400);
  });

  it('that are available come by type, the built-in one first, with the fields of each', async () => {
    const available = (await send('GET', '/api/agents/providers/available')).json() as unknown as AvailableProviders;
    expect(Object.keys(available).sort()).toEqual(['llm', 'rag', 'stt', 'tts', 'turn']);
    for (const [type, { providers, configurable_fields }] of Object.entries(available)) {
      expect(providers[0]?.value, type).toBe('builtin');
      expect(Object.keys(configurable_fields), type).toEqual(providers.map(({ value }) => value));
      for (const { value, label, available: usable, missing } of providers) {
        expect(label, value).not.toBe('');
        expect(usable, value).toBe(missing === null);
        const answer = await send('GET', `/api/agents/providers/${type}/${value}/fields`);
        expect([answer.status, answer.json()]).toEqual([200, configurable_fields[value]]);
      }
    }
    expect(available.llm.providers.map(({ value }) => value)).toEqual(expect.arrayContaining(['openai', 'anthropic', 'google', 'groq', 'mistral', 'cohere']));
    expect(available.llm.providers.find(({ value }) => value === 'groq')).toEqual({ value: 'groq', label: 'Groq', available: false, missing: 'GROQ_API_KEY' });
    expect(available.llm.configurable_fields.groq?.temperature).toMatchObject({ type: 'number', label: 'Temperature', required: false, min: 0, max: 2 });
    expect(available.tts.configurable_fields.builtin?.voice?.options?.map(({ value }) => value)).toEqual(SPEECH_VOICES.map(({ id }) => id));
  });

  it('have fields by any of their names; another name is 404', async () => {
    expect((await send('GET', '/api/agents/providers/llm/groq.com/fields')).text).toBe((await send('GET', '/api/agents/providers/llm/groq/fields')).text);
    expect((await send('GET', '/api/agents/providers/tts/deepgram.com/fields')).json()).toEqual({});
    expect((await send('GET', '/api/agents/providers/llm/acme/fields')).status).toBe(404);
    const type = await send('GET', '/api/agents/providers/nose/builtin/fields');
    expect([type.status, String(type.json().detail)]).toEqual([400, expect.stringContaining('type')]);
  });

  it('accept every bound that their fields promise and nothing beyond', async () => {
    const available = (await send('GET', '/api/agents/providers/available')).json() as unknown as AvailableProviders;
    for (const provider of available.llm.providers.map(({ value }) => value)) {
      for (const [name, field] of Object.entries(available.llm.configurable_fields[provider] ?? {})) {
        if (field.type !== 'number') continue;
        for (const value of [field.min!, field.max!]) await created({ name: 'Bound', llm_provider: provider, llm_config: { [name]: value } });
        for (const value of [field.min! - 0.1, field.max! + 0.1]) await refused({ llm_provider: provider, llm_config: { [name]: value } }, name);
      }
    }
  });

  it('list the tools an agent can be given', async () => {
    const { tools } = (await send('GET', '/api/agents/tools/available')).json() as { tools: { name: string; description: string }[] };
    expect(tools.map(({ name }) => name)).toEqual(['CALC', 'DATETIME']);
    expect(tools.every(({ description }) => description !== '')).toBe(true);
    expect((await created({ name: 'Tools', tools: tools.map(({ name }) => name.toLowerCase()) })).tools).toEqual(['CALC', 'DATETIME']);
  });
});

describe('who may', () => {
  it('configure agents: administrators; the others read them', async () => {
    const { id } = await created(PAGE_EXAMPLE);
    for (const role of ['viewer', 'operator'] as const) {
      const key = await aKey(role);
      expect((await send('GET', `/api/agents/${id}`, undefined, key)).status).toBe(200);
      for (const [method, path] of [['POST', ''], ['PUT', id], ['DELETE', id], ['PUT', `${id}/set-default`], ['PUT', `${id}/providers`]] as const)
        expect((await send(method, `/api/agents/${path}`, method === 'DELETE' ? undefined : { name: 'x' }, key)).status, `${role} ${method} ${path}`).toBe(403);
    }
    const narrow = await aKey('admin', ['agents']);
    expect((await send('PUT', `/api/agents/${id}`, { name: 'By a narrow key' }, narrow)).status).toBe(200);
    expect((await send('GET', `/api/agents/${id}`, undefined, await aKey('admin', ['metrics']))).status).toBe(403);
  });

  it('see an agent that is for some people: those and administrators', async () => {
    const { id } = await created({ name: 'For some', allowed_user_ids: [await aMember()] });
    const operator = await aKey('operator');
    expect((await send('GET', `/api/agents/${id}`, undefined, operator)).status).toBe(404);
    expect((await send('GET', `/api/agents/${id}/providers`, undefined, operator)).status).toBe(404);
    const seen = JSON.parse((await send('GET', '/api/agents/', undefined, operator)).text) as Agent[];
    expect(seen.map((one) => one.id)).not.toContain(id);
    expect((await send('GET', `/api/agents/${id}`, undefined, await aKey('admin'))).status).toBe(200);
  });

  it('be named among its people: members, and whoever was named before leaving', async () => {
    const member = await aMember();
    const stranger = (await aSignedInUser(database.db, { workspaceId: await aWorkspace(database.db), role: 'viewer' })).userId;
    await refused({ allowed_user_ids: [member, stranger] }, 'allowed_user_ids');
    const agent = await created({ name: 'Members', allowed_user_ids: [member, member.toUpperCase()] });
    expect(agent.allowed_user_ids).toEqual([member]);
    await database.sql`delete from memberships where user_id = ${member}`;
    expect(await updated(agent.id, agent as unknown as Record<string, unknown>)).toEqual(agent);
  });
});

describe('the audit log', () => {
  it('has a row for every change, which names fields and never what they say', async () => {
    const agent = await created({ name: 'Watched', system_prompt: 'the secret recipe' });
    await updated(agent.id, { system_prompt: 'another secret recipe', llm_provider: 'groq' });
    await send('PUT', `/api/agents/${agent.id}/set-default`);
    const { id } = (await list()).find(({ name }) => name === 'Assistant')!;
    await send('PUT', `/api/agents/${id}/set-default`);
    await send('DELETE', `/api/agents/${agent.id}`);
    const rows = (await audit()).filter(({ subjectId }) => subjectId === agent.id).reverse();
    expect(rows.map(({ action }) => action)).toEqual(['agent.create', 'agent.update', 'agent.set_default', 'agent.delete']);
    expect(rows[1]?.details).toEqual({ changed: ['system_prompt', 'model'] });
    expect(rows.every(({ subjectLabel, subjectKind }) => subjectLabel === 'Watched' && subjectKind === 'agent')).toBe(true);
    expect(JSON.stringify(rows)).not.toContain('recipe');
  });
});

it('a workspace’s bootstrap and what these tests made agree: one workspace has one default', async () => {
  const all = await database.db.select({ id: workspaces.id }).from(workspaces);
  const defaults = await database.db.select().from(agents).where(eq(agents.isDefault, true));
  expect(defaults.length).toBeLessThanOrEqual(all.length);
  expect(defaults.filter((one) => one.workspaceId === workspaceId)).toHaveLength(1);
});
