import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getAgent, turnAgent } from '@/server/agents';
import type { Agent } from '@/server/agents/contract';
import { getDefaultAgent } from '@/server/agents';
import type { ScriptInput } from '@/server/llm';
import { firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { collect, scriptedBrain, startTurns } from '@test/support/fakes/scripted-brain';
import { scriptedProviderServer } from '@test/support/fakes/scripted-provider-server';
import { startTestWeb, type TestWeb } from '@test/support/web';

/** From the page’s POST to an answer: what was set there is what the model is asked with. */
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

async function created(body: Record<string, unknown>): Promise<Agent> {
  const answer = await web.ask('POST', '/api/agents/', { body: JSON.stringify({ name: 'Talker', ...body }) });
  expect(answer.status, answer.text).toBe(201);
  return answer.json() as Agent;
}

async function talk(agentId: string, text: string, options: { scripts?: Record<string, ScriptInput>; environment?: Record<string, string> } = {}) {
  const brain = scriptedBrain(database.db, options.scripts ?? {}, { environment: { ENCRYPTION_KEY: '5e'.repeat(32), ...options.environment } });
  const row = await getAgent(database.db, { workspaceId, agentId });
  const { turn } = await startTurns(brain.store, { workspaceId, agentId }, turnAgent(row));
  return collect(brain.runTurn(turn(text)));
}

describe('an agent made over REST', () => {
  it('answers from its name alone, with the tools that every agent begins with', async () => {
    const { id } = await created({});
    expect((await talk(id, "What's 6 times 7?")).text).toBe('The result is 42.');
  });

  it('answers without the tools that were taken from it', async () => {
    const { id } = await created({ tools: [] });
    expect((await talk(id, "What's 6 times 7?")).events.map(({ type }) => type)).not.toContain('tool-call');
  });

  it('answers through the model it names', async () => {
    const { id, model } = await created({ llm_provider: 'scripted', llm_model: 'hello' });
    expect(model).toBe('scripted/hello');
    expect((await talk(id, 'Hi', { scripts: { hello: { replies: [{ steps: [{ text: 'As you say.' }] }] } } })).text).toBe('As you say.');
  });

  it('asks the vendor with the model, the prompt and every setting that its form offers', async () => {
    await using vendor = await scriptedProviderServer('openai', [{ text: ['Fine.'] }]);
    const { id } = await created({
      llm_provider: 'openai', llm_model: 'gpt-4o', system_prompt: 'Speak like a pirate.',
      llm_config: { temperature: 0.25, top_p: 0.75, max_tokens: 123, frequency_penalty: 0.5, presence_penalty: -0.5 },
    });
    const offered = (await web.ask('GET', '/api/agents/providers/llm/openai/fields')).json();
    const environment = { OPENAI_BASE_URL: vendor.baseUrl, OPENAI_API_KEY: 'sk-test' };

    expect((await talk(id, 'How are you?', { environment })).text).toBe('Fine.');
    const { body } = vendor.requests[0]!;
    expect(body).toMatchObject({ model: 'gpt-4o', temperature: 0.25, top_p: 0.75, max_tokens: 123, frequency_penalty: 0.5, presence_penalty: -0.5 });
    expect(Object.keys(body)).toEqual(expect.arrayContaining(Object.keys(offered))); // no field without an effect
    expect(JSON.stringify(body.messages)).toContain('Speak like a pirate.');

    await web.ask('PUT', `/api/agents/${id}`, { body: JSON.stringify({ llm_config: { temperature: 1, top_p: null } }) });
    await talk(id, 'And now?', { environment });
    const second = vendor.requests[1]!.body;
    expect(second).toMatchObject({ temperature: 1, max_tokens: 123 });
    expect(second).not.toHaveProperty('top_p');
  });

  it('asks a llama.cpp server at OPENAI_BASE_URL, without a vendor’s key', async () => {
    await using server = await scriptedProviderServer('openai', [{ text: ['From next door.'] }]);
    const { id } = await created({ llm_provider: 'llama-cpp.local', llm_model: 'qwen', llm_config: { temperature: 0 } });
    expect((await talk(id, 'Hi', { environment: { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'sk-test' } })).text).toBe('From next door.');
    expect(server.requests).toMatchObject([{ body: { model: 'qwen', temperature: 0 } }]);
    expect(server.requests[0]!.headers.authorization).toBeUndefined();
  });

  it.each([['groq', 'GROQ_API_KEY'], ['openai', 'OPENAI_API_KEY'], ['anthropic', 'ANTHROPIC_API_KEY'], ['google', 'GOOGLE_GENERATIVE_AI_API_KEY'], ['mistral', 'MISTRAL_API_KEY'], ['cohere', 'COHERE_API_KEY'], ['openrouter', 'OPENROUTER_API_KEY'], ['llama-cpp', 'OPENAI_BASE_URL']])(
    'with the vendor %s and no key is unavailable, naming %s', async (vendor, variable) => {
      const { id } = await created({ llm_provider: vendor });
      expect((await talk(id, 'Hi')).error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining(variable) as string });
    });

  it('leaves the default agent to answer whoever names none', async () => {
    await created({ is_default: true, llm_provider: 'scripted', llm_model: 'default' });
    const agent = await getDefaultAgent(database.db, workspaceId);
    expect((await talk(agent.id, 'Hi', { scripts: { default: { replies: [{ steps: [{ text: 'By default.' }] }] } } })).text).toBe('By default.');
  });
});
