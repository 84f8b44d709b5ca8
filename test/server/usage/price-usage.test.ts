import { describe, expect, it } from 'vitest';
import { priceUsage, type PriceOverride } from '@/server/usage/price-usage';

const override = (price: Partial<PriceOverride>): PriceOverride => ({
  leg: 'llm', provider: 'openai', model: '*', inputPerMillion: null, cachedPerMillion: null, outputPerMillion: null, perMinute: null, charactersPerMillion: null, ...price,
});
const dollars = (cost: { costUsd: string | null }): number => Number(cost.costUsd);

describe('what a request to a model costs', () => {
  it('is what the bundled table says, by input and output', () => {
    const cost = priceUsage({ leg: 'llm', provider: 'openai', model: 'gpt-4.1-mini', inputTokens: 1_000_000, outputTokens: 1_000_000 });

    expect(dollars(cost)).toBeCloseTo(2, 10); // $0.40 in, $1.60 out
    expect(cost.priceVersion).toMatch(/^genai-prices \d+\.\d+\.\d+$/);
  });

  it('is less for the part of the input that was cached, and never for more of it than there was', () => {
    const cost = (cachedTokens: number) => dollars(priceUsage({ leg: 'llm', provider: 'openai', model: 'gpt-4.1-mini', inputTokens: 1_000_000, outputTokens: 0, cachedTokens }));

    expect(cost(500_000)).toBeCloseTo(0.25, 10); // half at $0.40, half at $0.10
    expect(cost(9_000_000)).toBe(cost(1_000_000));
  });

  it('is more a token for a long prompt, where the vendor has tiers', () => {
    const each = (inputTokens: number) => dollars(priceUsage({ leg: 'llm', provider: 'google', model: 'gemini-2.5-pro', inputTokens, outputTokens: 0 })) / inputTokens;

    expect(each(200_001) / each(100_000)).toBeCloseTo(2, 3);
  });

  it('is known for the embedding models', () => {
    expect(dollars(priceUsage({ leg: 'embedding', provider: 'openai', model: 'text-embedding-3-small', inputTokens: 1_000_000 }))).toBeCloseTo(0.02, 10);
  });

  it.each([
    ['a model that nobody knows', { leg: 'llm', provider: 'openai', model: 'gpt-of-tomorrow', inputTokens: 10, outputTokens: 10 }],
    ['a vendor that nobody knows, though the model’s name is', { leg: 'llm', provider: 'llama-cpp', model: 'gpt-4o', inputTokens: 10, outputTokens: 10 }],
    ['an agent elsewhere', { leg: 'llm', provider: 'external', model: 'agent', inputTokens: 10, outputTokens: 10 }],
    ['a model that has a price for its input only', { leg: 'llm', provider: 'openai', model: 'text-embedding-3-small', inputTokens: 10, outputTokens: 10 }],
    ['speech whose price is by token', { leg: 'stt', provider: 'openai', model: 'gpt-4o-transcribe', audioSeconds: 60 }],
    ['a voice', { leg: 'tts', provider: 'openai', model: 'tts-1', characters: 100 }],
    ['the telephone', { leg: 'telephony', provider: 'sip', model: 'outbound', audioSeconds: 60 }],
  ] as const)('is unknown for %s, which is not nothing', (_what, row) => {
    expect(priceUsage(row)).toEqual({ costUsd: null, priceVersion: null });
  });

  it.each([
    ['llm', 'builtin', 'assistant'], ['llm', 'scripted', 'x'], ['stt', 'local', 'whisper'], ['tts', 'local', 'kokoro'],
  ] as const)('is nothing for what runs here (%s %s/%s)', (leg, provider, model) => {
    expect(priceUsage({ leg, provider, model, inputTokens: 1000, audioSeconds: 10, characters: 10 })).toEqual({ costUsd: '0', priceVersion: 'local' });
  });
});

describe('what speech costs', () => {
  it('is by the second, where the table says so', () => {
    expect(dollars(priceUsage({ leg: 'stt', provider: 'openai', model: 'whisper-1', audioSeconds: 60 }))).toBeCloseTo(0.006, 10);
  });
});

describe('a workspace’s own price', () => {
  it('goes before the table, the exact model before all of the provider', () => {
    const overrides = [override({ inputPerMillion: '1', outputPerMillion: '2' }), override({ model: 'gpt-4o', inputPerMillion: '10', outputPerMillion: '20', cachedPerMillion: '5' })];
    const price = (model: string) => priceUsage({ leg: 'llm', provider: 'openai', model, inputTokens: 1_000_000, outputTokens: 1_000_000, cachedTokens: 500_000 }, { overrides });

    expect(price('gpt-4o')).toEqual({ costUsd: '27.5000000000', priceVersion: 'workspace' }); // 5 + 2.5 + 20
    expect(price('gpt-of-tomorrow')).toEqual({ costUsd: '3.0000000000', priceVersion: 'workspace' }); // cached as the rest
  });

  it('is by the minute for the telephone and by the letter for voices', () => {
    const overrides = [override({ leg: 'telephony', provider: 'sip', model: 'outbound', perMinute: '0.02' }), override({ leg: 'tts', provider: 'local', charactersPerMillion: '15' })];

    expect(dollars(priceUsage({ leg: 'telephony', provider: 'sip', model: 'outbound', audioSeconds: 90 }, { overrides }))).toBeCloseTo(0.03, 10);
    expect(priceUsage({ leg: 'telephony', provider: 'sip', model: 'inbound', audioSeconds: 90 }, { overrides }).costUsd).toBeNull();
    expect(dollars(priceUsage({ leg: 'tts', provider: 'local', model: 'kokoro', characters: 1000 }, { overrides }))).toBeCloseTo(0.015, 10);
  });

  it('may be nothing, for a server of one’s own', () => {
    const overrides = [override({ provider: 'llama-cpp', inputPerMillion: '0', outputPerMillion: '0' })];
    expect(priceUsage({ leg: 'llm', provider: 'llama-cpp', model: 'q', inputTokens: 10, outputTokens: 10 }, { overrides })).toEqual({ costUsd: '0.0000000000', priceVersion: 'workspace' });
  });
});
