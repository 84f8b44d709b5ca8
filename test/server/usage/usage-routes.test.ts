import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { and, eq, like } from 'drizzle-orm';
import { agents } from '@/server/agents/tables';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import type { Role } from '@/server/auth/principal';
import type { Budget } from '@/server/budgets/contract';
import type { Price } from '@/server/prices/contract';
import type { Unpriced, UsageStats, UsageSummary } from '@/server/usage/contract';
import type { usageRecords } from '@/server/usage/tables';
import { workspaces } from '@/server/workspaces/tables';
import { aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { emptyLedger, enterUsage } from '@test/support/ledger';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let agentId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  workspaceId = await firstWorkspaceId(database.db);
  await database.db.update(workspaces).set({ timeZone: 'America/Los_Angeles' }).where(eq(workspaces.id, workspaceId));
  const [agent] = await database.db.select({ id: agents.id }).from(agents).where(eq(agents.workspaceId, workspaceId)).limit(1);
  agentId = agent!.id;
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => emptyLedger(database.db));

type Row = Partial<typeof usageRecords.$inferInsert>;
const used = (...rows: Row[]) => enterUsage(database.db, rows.map((row) => ({ workspaceId, leg: 'llm' as const, provider: 'openai', model: 'gpt-4o', ...row })));
const get = async <T>(path: string, key?: string): Promise<T> => {
  const answer = await web.ask('GET', path, key === undefined ? {} : { key });
  expect(answer.text).not.toBe('');
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
  return JSON.parse(answer.text) as T;
};
const send = (method: string, path: string, body: unknown, key?: string) => web.ask(method, path, { body: JSON.stringify(body), ...(key === undefined ? {} : { key }) });
const aKey = async (role: Role, scopes: ('*' | 'usage' | 'chat')[] = ['*']): Promise<string> => (await createApiKey(database.db, { workspaceId, name: role, role, scopes })).key;
const actions = async (prefix: string) => (await database.db.select().from(auditEvents).where(and(eq(auditEvents.workspaceId, workspaceId), like(auditEvents.action, `${prefix}.%`))).orderBy(auditEvents.at)).map(({ action }) => action);

describe('GET /ai/usage/stats', () => {
  it('has every field of the page, with exact sums', async () => {
    const at = new Date('2030-01-15T10:30:00Z');
    await used(
      { inputTokens: 1500, outputTokens: 800, costUsd: '0.1', userLabel: 'my-user', channel: 'chat', createdAt: at },
      { inputTokens: 10, outputTokens: 5, costUsd: '0.2', userLabel: 'my-user', channel: 'phone', createdAt: new Date('2030-01-15T10:29:00Z') },
      { inputTokens: 1, outputTokens: 0, costUsd: null, success: 'no', userLabel: 'else', provider: 'anthropic', model: 'claude-next', channel: 'device', createdAt: new Date('2030-01-15T10:28:00Z') },
      { leg: 'stt', provider: 'local', model: 'whisper', audioSeconds: 3, costUsd: '0', userLabel: 'my-user', createdAt: at },
    );

    expect(await get<UsageStats>('/ai/usage/stats')).toEqual({
      total_tokens: 2316, input_tokens: 1511, output_tokens: 805, total_cost: 0.3, total_requests: 3, unpriced_requests: 1, success_rate: 66.7,
      models: [
        { model_id: 'gpt-4o', vendor: 'OpenAI', requests: 2, tokens: 2315, cost: 0.3, unpriced_requests: 0, percentage: 66.7 },
        { model_id: 'claude-next', vendor: 'Anthropic', requests: 1, tokens: 1, cost: 0, unpriced_requests: 1, percentage: 33.3 },
      ],
      recent_activity: [
        { timestamp: '2030-01-15T10:30:00.000Z', model: 'gpt-4o', input_tokens: 1500, output_tokens: 800, cost: 0.1, success: true, action: 'chat' },
        { timestamp: '2030-01-15T10:29:00.000Z', model: 'gpt-4o', input_tokens: 10, output_tokens: 5, cost: 0.2, success: true, action: 'call' },
        { timestamp: '2030-01-15T10:28:00.000Z', model: 'claude-next', input_tokens: 1, output_tokens: 0, cost: null, success: false, action: 'voice' },
      ],
    });
  });

  it('narrows by user, time and number, and is all zeros without any request', async () => {
    await used({ inputTokens: 1, userLabel: 'a', createdAt: new Date('2024-01-01T00:00:00Z') }, { inputTokens: 2, userLabel: 'a', createdAt: new Date('2024-02-01T00:00:00Z') }, { inputTokens: 4, userLabel: 'b', createdAt: new Date('2024-02-01T00:00:00Z') });

    expect(await get<UsageStats>('/ai/usage/stats?user_id=a&start_time=2024-01-01T00:00:00Z&end_time=2024-02-01T00:00:00Z')).toMatchObject({ input_tokens: 1, total_requests: 1 });
    expect((await get<UsageStats>('/ai/usage/stats?recent_limit=1')).recent_activity).toHaveLength(1);
    expect(await get<UsageStats>('/ai/usage/stats?user_id=nobody')).toEqual({ total_tokens: 0, input_tokens: 0, output_tokens: 0, total_cost: 0, total_requests: 0, unpriced_requests: 0, success_rate: 0, models: [], recent_activity: [] });
    expect((await web.ask('GET', '/ai/usage/stats?recent_limit=9999')).status).toBe(400);
    expect((await web.ask('GET', '/ai/usage/stats?start_time=yesterday')).json()).toMatchObject({ detail: expect.stringContaining('start_time') as string });
  });
});

describe('GET /api/usage/summary', () => {
  it('adds up every leg, by group and by day of the workspace’s time zone', async () => {
    await used(
      { inputTokens: 100, outputTokens: 10, cachedTokens: 50, costUsd: '0.1', agentId, channel: 'chat', createdAt: new Date('2024-03-10T07:59:00Z') }, // still the 9th in Los Angeles
      { inputTokens: 200, outputTokens: 20, costUsd: '0.2', agentId, channel: 'phone', success: 'no', createdAt: new Date('2024-03-10T08:00:00Z') },
      { leg: 'stt', provider: 'local', model: 'w', audioSeconds: 1.25, costUsd: '0', agentId, createdAt: new Date('2024-03-11T06:59:00Z') }, // the 10th has 23 hours
      { leg: 'tts', provider: 'cloud', model: 't', characters: 30, costUsd: null, createdAt: new Date('2024-03-11T07:00:00Z') },
      { leg: 'telephony', provider: 'sip', model: 'inbound', audioSeconds: 60, costUsd: '1', createdAt: new Date('2024-03-11T07:00:00Z') },
    );

    const summary = await get<UsageSummary>('/api/usage/summary?from=2024-03-09T08:00:00Z&to=2024-03-12T07:00:00Z&group_by=agent&bucket=day');

    expect(summary).toMatchObject({
      time_zone: 'America/Los_Angeles', group_by: 'agent', bucket: 'day', more_groups: 0,
      totals: { requests: 2, failed_requests: 1, input_tokens: 300, output_tokens: 30, cached_tokens: 50, stt_seconds: 1.3, tts_characters: 30, telephony_seconds: 60, cost_usd: 1.3, records: 5, unpriced_records: 1 },
      groups: [{ key: null, label: 'None', cost_usd: 1, records: 2 }, { key: agentId, label: expect.any(String) as string, cost_usd: 0.3, records: 3 }],
    });
    expect(summary.buckets.map(({ at, cost_usd, groups }) => [at, cost_usd, groups.map(({ key, cost_usd }) => [key, cost_usd])])).toEqual([
      ['2024-03-09T08:00:00.000Z', 0.1, [[agentId, 0.1]]],
      ['2024-03-10T08:00:00.000Z', 0.2, [[agentId, 0.2]]],
      ['2024-03-11T07:00:00.000Z', 1, [[null, 1]]],
    ]);

    const days = await get<UsageSummary>('/api/usage/summary?from=2024-03-09T08:00:00Z&to=2024-03-12T07:00:00Z&leg=llm');
    expect(days.groups.map(({ key, cost_usd }) => [key, cost_usd])).toEqual([['2024-03-09', 0.1], ['2024-03-10', 0.2], ['2024-03-11', 0]]);
  });

  it.each(['day', 'agent', 'model', 'channel', 'user', 'api_key', 'leg'])('answers without any record, and with another workspace’s only, by %s', async (groupBy) => {
    const other = await aWorkspace(database.db);
    await used({ workspaceId: other, costUsd: '5' });

    expect(await get<UsageSummary>(`/api/usage/summary?group_by=${groupBy}`)).toMatchObject({ totals: { records: 0, cost_usd: 0 }, more_groups: 0 });
  });

  it('lists the dearest hundred groups and counts the rest', async () => {
    await used(...Array.from({ length: 130 }, (_, index) => ({ userLabel: `u${index}`, costUsd: String(index) })));

    const summary = await get<UsageSummary>('/api/usage/summary?group_by=user');

    expect(summary.groups).toHaveLength(100);
    expect([summary.groups[0]!.key, summary.groups[99]!.key, summary.more_groups, summary.totals.records]).toEqual(['u129', 'u30', 30, 130]);
  });

  it('refuses ranges that are none or too fine, by name', async () => {
    expect((await web.ask('GET', '/api/usage/summary?from=2030-01-02T00:00:00Z&to=2030-01-01T00:00:00Z')).json()).toMatchObject({ detail: expect.stringContaining('from') as string });
    expect((await web.ask('GET', '/api/usage/summary?from=2020-01-01T00:00:00Z&bucket=hour')).json()).toMatchObject({ detail: expect.stringContaining('bucket') as string });
    expect((await web.ask('GET', '/api/usage/summary?group_by=colour')).status).toBe(400);
  });
});

describe('GET /api/usage/records.csv', () => {
  it('has every record once, beyond a page and within one microsecond, in a form that no spreadsheet runs', async () => {
    const moment = new Date('2024-05-05T05:05:05.005Z');
    await used(...Array.from({ length: 2_100 }, (_, index) => ({ inputTokens: index, costUsd: '0.0000012', createdAt: moment })));
    await used({ userLabel: '=HYPERLINK("http://x","y")', createdAt: new Date('2024-05-05T05:05:06Z') }, { userLabel: '+49301234', agentId, costUsd: null, createdAt: new Date('2024-05-05T05:05:07Z') }, { userLabel: 'a,b\nc', createdAt: new Date('2024-05-06T00:00:00Z') });

    const answer = await web.ask('GET', '/api/usage/records.csv?from=2024-05-01T00:00:00Z&to=2024-05-06T00:00:00Z');

    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.headers['content-disposition']).toContain('parley-usage.csv');
    const lines = answer.text.trimEnd().split('\r\n');
    expect(lines[0]).toBe('created_at,leg,provider,model,channel,agent_id,agent_name,user_label,user_id,api_key_id,api_key_name,conversation_id,turn_id,input_tokens,output_tokens,cached_tokens,audio_seconds,characters,cost_usd,price_version,estimated,success');
    expect(lines).toHaveLength(1 + 2_102);
    expect(new Set(lines.slice(1, 2_101).map((line) => line.split(',')[13])).size).toBe(2_100);
    expect(lines[1]).toMatch(/^2024-05-05T05:05:05\.005Z,llm,openai,gpt-4o,/);
    expect(lines[1]).toContain(',0.0000012,');
    expect(lines[2_101]).toContain(`,"'=HYPERLINK(""http://x"",""y"")",`);
    expect(lines[2_102]).toContain(`,'+49301234,`);
    expect((await web.ask('GET', '/api/usage/records.csv?from=2024-05-01T00:00:00Z&user=nobody')).text.split('\r\n')).toHaveLength(2);
  });
});

describe('GET /api/usage/unpriced', () => {
  it('names what has no price', async () => {
    await used({ costUsd: null, inputTokens: 5 }, { costUsd: null, inputTokens: 6 }, { costUsd: '0' }, { leg: 'telephony', provider: 'sip', model: 'inbound', audioSeconds: 12.34, costUsd: null });

    expect((await get<Unpriced>('/api/usage/unpriced')).models).toMatchObject([
      { leg: 'llm', provider: 'openai', model: 'gpt-4o', records: 2, input_tokens: 11 },
      { leg: 'telephony', provider: 'sip', model: 'inbound', records: 1, audio_seconds: 12.3 },
    ]);
  });
});

describe('/api/budgets', () => {
  it('are made, shown, changed and removed, and the audit log has it', async () => {
    const made = await send('POST', '/api/budgets', { scope: 'agent', agent_id: agentId, limit_usd: 12.5 });
    expect(made.status).toBe(201);
    const budget = made.json() as unknown as Budget;
    expect(budget).toMatchObject({ scope: 'agent', agent_id: agentId, api_key_id: null, period: 'month', limit_usd: 12.5, warn_percent: 80, stops: true, state: 'ok', spent_usd: 0 });
    expect((await send('POST', '/api/budgets', { scope: 'agent', agent_id: agentId, limit_usd: 1 })).status).toBe(409);

    await used({ agentId, costUsd: '12.5' });
    expect(await get<{ budgets: Budget[] }>('/api/budgets')).toMatchObject({ budgets: [{ id: budget.id, state: 'stopped', spent_usd: 12.5 }] });

    expect((await send('PATCH', `/api/budgets/${budget.id}`, { limit_usd: 100, stops: false })).json()).toMatchObject({ state: 'ok', limit_usd: 100, stops: false });
    expect((await web.ask('DELETE', `/api/budgets/${budget.id}`)).status).toBe(204);
    expect((await web.ask('GET', `/api/budgets/${budget.id}`)).status).toBe(404);
    expect(await actions('budget')).toEqual(['budget.create', 'budget.update', 'budget.delete']);
  });

  it.each([
    [{ limit_usd: 0 }, 'limit_usd'], [{ limit_usd: 1, warn_percent: 101 }, 'warn_percent'], [{ limit_usd: 1, scope: 'agent' }, 'agent_id'],
    [{ limit_usd: 1, api_key_id: crypto.randomUUID() }, 'api_key_id'], [{ limit_usd: 1, period: 'year' }, 'period'],
  ])('refuses %j by name', async (body, field) => {
    const answer = await send('POST', '/api/budgets', body);
    expect([answer.status, answer.json().detail]).toEqual([400, expect.stringContaining(field)]);
  });

  it('are read by viewers with the scope, and written by administrators only', async () => {
    const viewer = await aKey('viewer', ['usage']);
    await get('/api/budgets', viewer);
    await get('/api/prices', viewer);
    await get('/api/usage/summary', viewer);
    await get('/ai/usage/stats', viewer);
    expect((await send('POST', '/api/budgets', { limit_usd: 1 }, await aKey('operator'))).status).toBe(403);
    expect((await send('POST', '/api/prices', { leg: 'stt', provider: 'x', per_minute: 1 }, viewer)).status).toBe(403);
    expect((await web.ask('GET', '/api/usage/records.csv', { key: await aKey('admin', ['chat']) })).status).toBe(403);
  });
});

describe('/api/prices', () => {
  it('are made, shown, changed and removed, the newest that has begun being in force', async () => {
    const made = await send('POST', '/api/prices', { leg: 'llm', provider: 'OpenAI', model: 'gpt-x', input_per_million: 1, output_per_million: 2, starts_at: '2024-01-01T00:00:00Z' });
    expect(made.status).toBe(201);
    const first = made.json() as unknown as Price;
    expect(first).toMatchObject({ provider: 'openai', input_per_million: 1, cached_per_million: null, in_force: true });
    expect((await send('POST', '/api/prices', { leg: 'llm', provider: 'openai', model: 'gpt-x', input_per_million: 1, output_per_million: 2, starts_at: '2024-01-01T00:00:00Z' })).status).toBe(409);

    const second = (await send('POST', '/api/prices', { leg: 'llm', provider: 'openai', model: 'gpt-x', input_per_million: 3, output_per_million: 4 })).json() as unknown as Price;
    await send('POST', '/api/prices', { leg: 'llm', provider: 'openai', model: 'gpt-x', input_per_million: 5, output_per_million: 6, starts_at: '2999-01-01T00:00:00Z' });
    expect((await get<{ prices: Price[] }>('/api/prices?leg=llm')).prices.map(({ in_force }) => in_force)).toEqual([false, true, false]);

    expect((await send('PATCH', `/api/prices/${second.id}`, { cached_per_million: 0.5 })).json()).toMatchObject({ input_per_million: 3, cached_per_million: 0.5, output_per_million: 4 });
    expect((await web.ask('DELETE', `/api/prices/${first.id}`)).status).toBe(204);
    expect(await actions('price')).toEqual(['price.create', 'price.create', 'price.create', 'price.update', 'price.delete']);
  });

  it('must say what the leg is paid by, and nothing else', async () => {
    expect((await send('POST', '/api/prices', { leg: 'llm', provider: 'x', input_per_million: 1 })).json()).toMatchObject({ detail: expect.stringContaining('output_per_million') as string });
    expect((await send('POST', '/api/prices', { leg: 'stt', provider: 'x', per_minute: 1, input_per_million: 1 })).json()).toMatchObject({ detail: expect.stringContaining('input_per_million') as string });
    expect((await send('POST', '/api/prices', { leg: 'tts', provider: 'x', characters_per_million: -1 })).status).toBe(400);
  });
});
