import { describe, expect, it } from 'vitest';
import { createModels } from '@/server/llm';
import { loadConfig, type Vendor } from '@/server/platform/config';
import { Secret } from '@/server/platform/secret';

const models = (environment: Record<string, string> = {}) => createModels({ ai: loadConfig({ NODE_ENV: 'test', ...environment }).ai });
const chosen = (id: string | null, environment: Record<string, string> = {}) => {
  const { provider, model } = models(environment).choose(id);
  return `${provider}/${model}`;
};
const KEYS = { OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', GOOGLE_GENERATIVE_AI_API_KEY: 'k', GROQ_API_KEY: 'k', MISTRAL_API_KEY: 'k', COHERE_API_KEY: 'k' };

describe('the default model', () => {
  it.each<[Record<string, string>, string]>([
    [{}, 'builtin/assistant'],
    [{ ANTHROPIC_API_KEY: 'k' }, 'anthropic/claude-haiku-4-5'],
    [{ COHERE_API_KEY: 'k', GROQ_API_KEY: 'k' }, 'groq/llama-3.3-70b-versatile'],
    [{ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', LLM_MODEL: 'qwen3:8b' }, 'openai/qwen3:8b'],
    [{ LLM_MODEL: 'claude-sonnet-4-5', OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' }, 'anthropic/claude-sonnet-4-5'],
  ])('with %o is %s', (environment, expected) => expect(chosen(null, environment)).toBe(expected));

  it('is not the builtin assistant when a vendor was chosen without its key', () => {
    expect(() => models({ LLM_MODEL: 'openai/gpt-4o' }).choose(null)).toThrow('Missing API key for openai provider. Set OPENAI_API_KEY environment variable.');
  });
});

describe('a model id', () => {
  it.each([
    ['openai/gpt-4o', 'openai/gpt-4o'], ['gpt-4o', 'openai/gpt-4o'], ['o3-mini', 'openai/o3-mini'], ['claude-haiku-4-5', 'anthropic/claude-haiku-4-5'], ['gemini-2.5-flash', 'google/gemini-2.5-flash'],
    ['mistral-small-latest', 'mistral/mistral-small-latest'], ['command-r-08-2024', 'cohere/command-r-08-2024'], ['OpenAI/gpt-4o', 'openai/gpt-4o'], ['openai/meta-llama/Llama-3', 'openai/meta-llama/Llama-3'], [' builtin/assistant ', 'builtin/assistant'],
  ])('%s means %s', (id, expected) => expect(chosen(id, KEYS)).toBe(expected));

  it.each(['nonsense', 'nobody/model', 'builtin/other', 'openai/', '/x'])('%s is refused as input', (id) => {
    expect(() => models(KEYS).choose(id)).toThrow(expect.objectContaining({ kind: 'invalid_input' }));
  });

  it('of a part that is not configured is unavailable, naming the variable', () => {
    expect(() => models().choose('scripted/x')).toThrow('Set PARLEY_SCRIPT environment variable.');
    expect(() => models().choose('external/agent')).toThrow('Set STENTOR_AGENT_URL environment variable.');
    expect(() => models({ PARLEY_SCRIPT: '/no/such/file.json' }).choose('scripted/x')).toThrow('PARLEY_SCRIPT: cannot read');
  });
});

describe('a workspace’s own keys', () => {
  const workspace = (...vendors: Vendor[]) => new Map(vendors.map((vendor) => [vendor, new Secret(`key of ${vendor}`)] as const));

  it('decide the default model before those of the environment, unless LLM_MODEL does', () => {
    expect(models().defaultModel(workspace('groq'))).toBe('groq/llama-3.3-70b-versatile');
    expect(models(KEYS).defaultModel(workspace('cohere', 'mistral'))).toBe('mistral/mistral-small-latest');
    expect(models(KEYS).defaultModel(workspace())).toBe('openai/gpt-4.1-mini');
    expect(models({ LLM_MODEL: 'openai/gpt-4o' }).defaultModel(workspace('groq'))).toBe('openai/gpt-4o');
  });

  it('open their vendors to that workspace alone', () => {
    const all = models();
    expect(all.choose('groq/m', workspace('groq'))).toMatchObject({ provider: 'groq', model: 'm' });
    for (const keys of [undefined, workspace(), workspace('openai')]) expect(() => all.choose('groq/m', keys)).toThrow(expect.objectContaining({ kind: 'unavailable' }));
  });

  it('never share a client with another key', () => {
    const all = models(KEYS);
    const [one, two] = [workspace('groq'), workspace('groq')];
    expect(all.choose('groq/m', one)).toBe(all.choose('groq/m', one));
    expect(new Set([all.choose('groq/m', one), all.choose('groq/m', two), all.choose('groq/m')]).size).toBe(3);
  });

  it('are asked for in the documented words when a chosen vendor has none', () => {
    expect(() => models().choose('mistral/m')).toThrow(expect.objectContaining({ kind: 'unavailable', retryable: false, message: 'Missing API key for mistral provider. Set MISTRAL_API_KEY environment variable.' }));
  });
});
