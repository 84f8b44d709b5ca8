import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createModels, NO_VENDOR_KEYS } from '@/server/llm';
import { runTurn } from '@/server/conversations/run-turn';
import type { AppError } from '@/server/platform/errors';
import { loadConfig } from '@/server/platform/config';
import { systemClock } from '@/server/platform/clock';
import { calcTool, createToolRunner } from '@/server/tools';
import { databaseStore } from '@/server/conversations/database-store';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { collect, seedWorkspace, silentLogger, startTurns } from '@test/support/fakes/scripted-brain';
import { scriptedProviderServer, type ProviderServer, type ProviderStep } from '@test/support/fakes/scripted-provider-server';

let database: TestDatabase;
let seed: { workspaceId: string; agentId: string };
beforeAll(async () => {
  database = await createTestDatabase();
  seed = await seedWorkspace(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

const kindOf = (error: unknown) => (error as AppError | undefined)?.kind;
const leaksSecret = (error: unknown) => (error as Error).message.includes('sk-');

describe.each(['openai', 'anthropic'] as const)('a turn with a provider that speaks %s', (vendor) => {
  async function turnWith(server: ProviderServer, limits = {}) {
    const { ai } = loadConfig({ NODE_ENV: 'test', OPENAI_API_KEY: 'sk-test', ANTHROPIC_API_KEY: 'sk-test' });
    const models = createModels({ ai, baseUrls: { [vendor]: server.baseUrl } });
    const deps = { models, providerKeys: { of: () => Promise.resolve(NO_VENDOR_KEYS) }, tools: createToolRunner([calcTool], { logger: silentLogger }), clock: systemClock, logger: silentLogger, limits };
    const { turn } = await startTurns(databaseStore(database.db), seed, { model: `${vendor}/m` });
    return (text: string, more: Parameters<typeof turn>[1] = {}) => runTurn(turn(text, more), deps);
  }

  it('streams the text and counts the tokens, cached ones too', async () => {
    await using server = await scriptedProviderServer(vendor, [{ text: ['Hello', ' there', '.'] }]);
    const run = await turnWith(server);

    const { text, events, error } = await collect(run('Hi', { traceparent: '00-aa-bb-01' }));

    expect(error).toBeUndefined();
    expect(text).toBe('Hello there.');
    expect(events.at(-1)).toMatchObject({ type: 'final', usage: { inputTokens: 12, outputTokens: 5, cachedTokens: 4 } });
    expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(3);
    expect(server.requests[0]?.headers.traceparent).toBe('00-aa-bb-01');
    expect(JSON.stringify(server.requests[0]?.body)).toContain('You are kind.');
  });

  it('calls a tool natively and gives its result back', async () => {
    await using server = await scriptedProviderServer(vendor, [{ tool: { name: 'CALC', args: { expression: '6*7' } } }, { text: ['It is 42.'] }]);
    const run = await turnWith(server);

    const { text, events } = await collect(run('Six times seven?'));

    expect(text).toBe('It is 42.');
    expect(events).toMatchObject([{ type: 'tool-call', name: 'CALC', args: { expression: '6*7' } }, { type: 'tool-result', record: { result: { data: { result: 42 } } } }, { type: 'text-delta' }, { type: 'final', usage: { inputTokens: 24 } }]);
    expect(JSON.stringify(server.requests[1]?.body)).toContain('The result is 42');
  });

  it.each<[string, ProviderStep, string, string]>([
    ['refuses the key', { status: 401 }, 'upstream_rejected', 'refused our API key.'],
    ['does not know the model', { status: 404 }, 'upstream_rejected', 'does not know this model.'],
    ['asks for a long pause', { status: 429, headers: { 'retry-after': '120' } }, 'rate_limited', 'is limiting our requests. Try again shortly.'],
    ['fails for good', { status: 500 }, 'upstream_unavailable', 'is failing at the moment.'],
    ['dies before the first word', { dieAfter: [] }, 'upstream_unavailable', ''],
    ['dies in the middle', { dieAfter: ['Half'] }, 'upstream_unavailable', ''],
    ['reports an error in the middle', { errorAfter: ['Half'] }, 'upstream_unavailable', ''],
    ['sends broken JSON', { garbage: true }, 'upstream_unavailable', ''],
    ['says nothing', { silent: true }, 'timeout', 'took too long to begin its answer.'],
    ['gives an empty answer', { text: [] }, 'upstream_rejected', 'gave an empty answer.'],
  ])('that %s ends in clear words', async (_case, step, kind, words) => {
    await using server = await scriptedProviderServer(vendor, [step]);
    const run = await turnWith(server, { firstTokenMs: 1_500, maxRetries: 1 });

    const { error } = await collect(run('Hi'));

    expect(kindOf(error)).toBe(kind);
    expect((error as Error).message).toContain(words);
    expect(leaksSecret(error)).toBe(false);
    if (kind === 'rate_limited') expect((error as AppError).retryAfterSeconds).toBe(120);
    expect(server.requests).toHaveLength('status' in step && step.status === 500 ? 2 : 1);
  });

  it.each<[string, ProviderStep]>([['fails once', { status: 503 }], ['asks for a short pause', { status: 429, headers: { 'retry-after': '0' } }]])('that %s is asked again before anything was said', async (_case, step) => {
    await using server = await scriptedProviderServer(vendor, [step, { text: ['Fine.'] }]);
    const run = await turnWith(server);

    expect((await collect(run('Hi'))).text).toBe('Fine.');
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, ProviderStep]>([['while it speaks', { hangAfter: ['Well'] }], ['before its first word', { silent: true }]])('sees the request closed when the turn is cancelled %s', async (_case, step) => {
    await using server = await scriptedProviderServer(vendor, [step]);
    const run = await turnWith(server);
    const abort = new AbortController();
    const running = collect(run('Hi', { signal: abort.signal }));
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    abort.abort();

    expect(kindOf((await running).error)).toBe('cancelled');
    await vi.waitFor(() => expect(server.left).toBe(1));
  });

  it('sees the request closed when the consumer leaves', async () => {
    await using server = await scriptedProviderServer(vendor, [{ hangAfter: ['Well'] }]);
    const run = await turnWith(server);

    for await (const event of run('Hi')) if (event.type === 'text-delta') break;

    await vi.waitFor(() => expect(server.left).toBe(1));
  });
});
