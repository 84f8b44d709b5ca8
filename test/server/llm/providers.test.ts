import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createModels, NO_VENDOR_KEYS } from '@/server/llm';
import { databaseStore } from '@/server/conversations/database-store';
import { runTurn } from '@/server/conversations/run-turn';
import { messages } from '@/server/conversations/tables';
import type { TurnLimits } from '@/server/conversations/turn-timeouts';
import type { AppError } from '@/server/platform/errors';
import { loadConfig } from '@/server/platform/config';
import { systemClock } from '@/server/platform/clock';
import { calcTool, createToolRunner, datetimeTool } from '@/server/tools';
import { usageRecords } from '@/server/usage/tables';
import { CLOSED_PORT } from '@test/support/closed-port';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { QUOTED, TOKENS, WIRED_PROVIDERS, WIRES } from '@test/support/fakes/provider-wires';
import { collect, seedWorkspace, silentLogger, startTurns } from '@test/support/fakes/scripted-brain';
import { scriptedProviderServer, type ProviderStep } from '@test/support/fakes/scripted-provider-server';

let database: TestDatabase;
let seed: { workspaceId: string; agentId: string };
beforeAll(async () => {
  database = await createTestDatabase();
  seed = await seedWorkspace(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

const LIMIT = { timeout: 60_000 };
const KEYS = Object.fromEntries(['OPENAI', 'ANTHROPIC', 'GOOGLE_GENERATIVE_AI', 'GROQ', 'MISTRAL', 'COHERE', 'OPENROUTER'].map((vendor) => [`${vendor}_API_KEY`, 'sk-test']));

describe.each(WIRED_PROVIDERS)('a turn with %s', (provider) => {
  const wire = WIRES[provider];
  // Cohere counts no cached tokens.
  const counted = { inputTokens: TOKENS.input, outputTokens: TOKENS.output, cachedTokens: provider === 'cohere' ? 0 : TOKENS.cached };

  async function turnWith(baseUrl: string, limits: Partial<TurnLimits> = {}) {
    const ownServer = provider === 'llama-cpp';
    const { ai } = loadConfig({ NODE_ENV: 'test', ...KEYS, ...(ownServer ? { OPENAI_BASE_URL: baseUrl } : {}) });
    const models = createModels({ ai, ...(ownServer ? {} : { baseUrls: { [provider]: baseUrl } }) });
    const deps = { models, providerKeys: { of: () => Promise.resolve(NO_VENDOR_KEYS) }, tools: createToolRunner([calcTool, datetimeTool(systemClock)], { logger: silentLogger }), clock: systemClock, logger: silentLogger, limits };
    const { turn, conversationId } = await startTurns(databaseStore(database.db), seed, { model: `${provider}/m` });
    return {
      run: (text: string, more: Parameters<typeof turn>[1] = {}) => runTurn(turn(text, more), deps),
      reply: async () => (await database.db.select().from(messages).where(eq(messages.conversationId, conversationId)).orderBy(messages.seq)).find(({ role }) => role === 'assistant'),
      ledger: () => database.db.select().from(usageRecords).where(eq(usageRecords.conversationId, conversationId)),
    };
  }

  it('asks as the vendor documents it, streams the text and writes the tokens into the ledger, cached ones too', async () => {
    await using server = await scriptedProviderServer(provider, [{ text: ['Hello', ' there', '.'] }]);
    const { run, reply, ledger } = await turnWith(server.baseUrl);

    const { text, events, error } = await collect(run('Hi', { traceparent: '00-aa-bb-01' }));

    expect(error).toBeUndefined();
    expect(text).toBe('Hello there.');
    expect(events.at(-1)).toMatchObject({ type: 'final', usage: counted });
    expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(3);
    const request = server.requests[0]!;
    expect(request.path).toMatch(wire.endpoint);
    expect(request.headers.traceparent).toBe('00-aa-bb-01');
    if (wire.credential) expect(request.headers[wire.credential.header]).toBe(wire.credential.value);
    else expect(request.headers.authorization).toBeUndefined();
    if (provider !== 'google') expect(request.body).toMatchObject({ model: 'm', stream: true });
    expect(JSON.stringify(request.body)).toContain('You are kind.');
    expect(await reply()).toMatchObject({ content: 'Hello there.', status: 'complete', provider, model: 'm' });
    expect(await ledger()).toMatchObject([{ leg: 'llm', provider, model: 'm', ...counted, success: 'yes' }]);
  });

  it('calls tools natively over several steps, two at once, and gives their results back', async () => {
    await using server = await scriptedProviderServer(provider, [
      { calls: [{ name: 'CALC', args: { expression: '6*7' } }], after: ['Let me see.'] },
      { calls: [{ name: 'CALC', args: { expression: '42+1' } }, { name: 'DATETIME', args: { format: 'date' } }] },
      { text: ['It is 43.'] },
    ]);
    const { run, reply, ledger } = await turnWith(server.baseUrl);

    const { text, events, error } = await collect(run('Six times seven, and one?'));

    expect(error).toBeUndefined();
    expect(text).toBe('Let me see. It is 43.');
    expect(events.filter(({ type }) => type === 'tool-call')).toMatchObject([{ name: 'CALC', args: { expression: '6*7' } }, { name: 'CALC', args: { expression: '42+1' } }, { name: 'DATETIME', args: { format: 'date' } }]);
    expect(events.filter(({ type }) => type === 'tool-result')).toMatchObject([{ record: { result: { data: { result: 42 } } } }, { record: { result: { data: { result: 43 } } } }, { name: 'DATETIME' }]);
    expect(JSON.stringify(server.requests[0]!.body)).toContain('CALC');
    expect(JSON.stringify(server.requests[1]!.body)).toContain('The result is 42');
    expect(JSON.stringify(server.requests[2]!.body)).toContain('The result is 43');
    expect(server.requests).toHaveLength(3);
    expect((await reply())?.metadata.toolCalls).toHaveLength(3);
    const ledgerRows = await ledger();
    expect(ledgerRows.map(({ inputTokens }) => inputTokens).reduce((a, b) => (a ?? 0) + (b ?? 0), 0)).toBe(3 * TOKENS.input);
    expect(ledgerRows.map(({ cachedTokens }) => cachedTokens).reduce((a, b) => (a ?? 0) + (b ?? 0), 0)).toBe(3 * counted.cachedTokens);
  });

  it.each<[string, ProviderStep, string]>([
    ['is packed with gzip', { text: ['Hello', ' there', '.'], gzip: true }, 'Hello there.'],
    ['comes in lines of a megabyte', { text: ['a'.repeat(1 << 20), 'é'.repeat(1 << 19)] }, 'a'.repeat(1 << 20) + 'é'.repeat(1 << 19)],
    ['has line breaks, quotes and all of Unicode', { text: ['"Zürich"\n\n', 'data: no\r\n', '\u2028😀'] }, '"Zürich"\n\ndata: no\r\n\u2028😀'],
  ])('that %s is read as it was meant', async (_case, step, expected) => {
    await using server = await scriptedProviderServer(provider, [step]);
    const { run, reply } = await turnWith(server.baseUrl);

    const { text, error } = await collect(run('Hi'));

    expect(error).toBeUndefined();
    expect(text === expected).toBe(true); // not toBe(): a difference of megabytes is no help
    expect((await reply())?.content === expected).toBe(true);
  });

  const UNREADABLE = /broke off its answer|sent an answer that could not be read/;
  it.each<[string, ProviderStep, { kind: AppError['kind']; words: string | RegExp; kept?: string; requests?: number | 'any'; limits?: Partial<TurnLimits> }]>([
    ['refuses the key', { status: 401 }, { kind: 'upstream_rejected', words: 'refused our API key.' }],
    ['has no credit left', { status: 402 }, { kind: 'upstream_rejected', words: 'has no credit left on this account.' }],
    ['forbids the request', { status: 403 }, { kind: 'upstream_rejected', words: 'does not permit this request.' }],
    ['does not know the model', { status: 404 }, { kind: 'upstream_rejected', words: 'does not know this model.' }],
    ['finds it too long', { status: 413 }, { kind: 'upstream_rejected', words: 'found the conversation too long.' }],
    ['asks for a long pause', { status: 429, headers: { 'retry-after': '120' } }, { kind: 'rate_limited', words: 'is limiting our requests. Try again shortly.' }],
    ['fails for good', { status: 500 }, { kind: 'upstream_unavailable', words: 'is failing at the moment.', requests: 2 }],
    ['is overloaded', { status: 529 }, { kind: 'upstream_unavailable', words: 'is failing at the moment.', requests: 2 }],
    ['answers with a page of a proxy', { status: 502, headers: { 'content-type': 'text/html' }, body: `<html>${QUOTED}</html>` }, { kind: 'upstream_unavailable', words: 'is failing at the moment.', requests: 2 }],
    ['dies before the first word', { dieAfter: [] }, { kind: 'upstream_unavailable', words: 'broke off its answer', requests: 'any' }],
    ['dies in the middle', { dieAfter: ['Half', ' an'] }, { kind: 'upstream_unavailable', words: 'broke off its answer', kept: 'Half an' }],
    ['stops in the middle as if that were all', { stopsAfter: ['Half', ' an'] }, { kind: 'upstream_unavailable', words: UNREADABLE, kept: 'Half an' }],
    ['reports an error before the first word', { errorAfter: [] }, { kind: 'upstream_unavailable', words: '', requests: 'any' }],
    ['reports an error in the middle', { errorAfter: ['Half', ' an'] }, { kind: 'upstream_unavailable', words: '', kept: 'Half an' }],
    ['sends broken JSON', { brokenAfter: [] }, { kind: 'upstream_unavailable', words: UNREADABLE }],
    ['sends broken JSON in the middle', { brokenAfter: ['Half', ' an'] }, { kind: 'upstream_unavailable', words: UNREADABLE, kept: 'Half an' }],
    ['says nothing', { silent: true }, { kind: 'timeout', words: 'took too long to begin its answer.', limits: { firstTokenMs: 1_000 } }],
    ['keeps the connection open without a word', { keptAlive: true }, { kind: 'timeout', words: 'took too long to begin its answer.', limits: { firstTokenMs: 1_000 } }],
    ['falls silent in the middle', { hangAfter: ['Half', ' an'] }, { kind: 'timeout', words: 'stopped in the middle of its answer.', kept: 'Half an', limits: { idleMs: 300 } }],
    ['gives an empty answer', { text: [] }, { kind: 'upstream_rejected', words: 'gave an empty answer.' }],
    ['gives a blank answer', { text: [' \n'] }, { kind: 'upstream_rejected', words: 'gave an empty answer.', kept: ' \n' }],
    ['declines to answer', { refusedAfter: [] }, { kind: 'upstream_rejected', words: 'declined to answer.' }],
    ['declines in the middle', { refusedAfter: ['Half', ' an'] }, { kind: 'upstream_rejected', words: 'declined to answer.', kept: 'Half an' }],
  ])('that %s ends in clear words, and keeps what was said', async (_case, step, { kind, words, kept = '', requests = 1, limits }) => {
    await using server = await scriptedProviderServer(provider, [step]);
    const { run, reply, ledger } = await turnWith(server.baseUrl, { maxRetries: 1, ...limits });

    const { error, text } = await collect(run('Hi'));

    expect(error).toMatchObject({ kind, ...(kind === 'rate_limited' ? { retryAfterSeconds: 120 } : {}) });
    const { message, userMessage } = error as AppError;
    for (const said of [message, userMessage]) {
      expect(said).toMatch(new RegExp(`^The ${provider} provider `));
      expect(said).toMatch(words instanceof RegExp ? words : new RegExp(words.replaceAll('.', '\\.')));
      expect(said).not.toMatch(/sk-|prompt/);
    }
    expect(text).toBe(kept);
    if (requests !== 'any') { // 'any': some clients look at the first event before they call a stream opened
      expect(server.requests.length).toBeLessThanOrEqual(requests);
      if (limits?.firstTokenMs === undefined) expect(server.requests).toHaveLength(requests); // a machine that stands still through so short a time has not asked yet
    }
    expect(await reply()).toMatchObject({ content: kept, status: 'failed', provider, model: 'm', metadata: { error: { kind, message: userMessage } } });
    expect(JSON.stringify(await reply())).not.toContain('sk-');
    expect(await ledger()).toMatchObject([{ success: 'no' }]);
  });

  it('that cannot be reached ends in clear words', async () => {
    const { run, reply } = await turnWith(`http://127.0.0.1:${CLOSED_PORT}`, { maxRetries: 1 });

    const { error } = await collect(run('Hi'));

    expect(error).toMatchObject({ kind: 'upstream_unavailable', userMessage: `The ${provider} provider broke off its answer or could not be reached.` });
    expect(await reply()).toMatchObject({ content: '', status: 'failed' });
  });

  it.each<[string, ProviderStep]>([['fails once', { status: 503 }], ['asks for a short pause', { status: 429, headers: { 'retry-after': '0' } }]])('that %s is asked again before anything was said', async (_case, step) => {
    await using server = await scriptedProviderServer(provider, [step, { text: ['Fine.'] }]);
    const { run } = await turnWith(server.baseUrl);

    expect((await collect(run('Hi'))).text).toBe('Fine.');
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, ProviderStep]>([['while it speaks', { hangAfter: ['Well'] }], ['before its first word', { silent: true }]])('sees the request closed when the turn is cancelled %s', async (_case, step) => {
    await using server = await scriptedProviderServer(provider, [step]);
    const { run } = await turnWith(server.baseUrl);
    const abort = new AbortController();
    const running = collect(run('Hi', { signal: abort.signal }));
    await vi.waitFor(() => expect(server.requests).toHaveLength(1), LIMIT);
    abort.abort();

    expect(await running).toMatchObject({ error: { kind: 'cancelled' } });
    await vi.waitFor(() => expect(server.left).toBe(1), LIMIT);
  });

  it('sees the request closed when the consumer leaves, and what was said is kept as interrupted', async () => {
    await using server = await scriptedProviderServer(provider, [{ hangAfter: ['Well'] }]);
    const { run, reply } = await turnWith(server.baseUrl);

    for await (const event of run('Hi')) if (event.type === 'text-delta') break;

    await vi.waitFor(() => expect(server.left).toBe(1), LIMIT);
    expect(await reply()).toMatchObject({ content: 'Well', status: 'interrupted' });
  });
});
