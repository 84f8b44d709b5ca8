import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getDefaultAgent } from '@/server/agents/queries';
import { conversations, messages, type Channel, type MessageStatus } from '@/server/conversations/tables';
import type { Stats } from '@/server/stats/contract';
import { aConversation, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestWeb } from '@test/support/web';
import { eq } from 'drizzle-orm';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let agentId: string;

const at = (clock: string): Date => new Date(`2026-03-02T${clock}Z`);

async function aTalk(options: { workspaceId: string; begun: string; channel?: Channel; agentId?: string; turns: { at: string; totalMs?: number; status?: MessageStatus; greeting?: boolean }[] }): Promise<void> {
  const { db } = database;
  const conversationId = await aConversation(db, { workspaceId: options.workspaceId, channel: options.channel ?? 'browser', agentId: options.agentId ?? null, updatedAt: at('23:59:00') });
  await db.update(conversations).set({ createdAt: at(options.begun) }).where(eq(conversations.id, conversationId));
  let seq = 0;
  for (const turn of options.turns) {
    const common = { workspaceId: options.workspaceId, conversationId, turnId: randomUUID(), content: 'words', createdAt: at(turn.at) };
    if (!turn.greeting) await db.insert(messages).values({ ...common, id: randomUUID(), seq: ++seq, role: 'user' });
    const trace = { traceparent: '', endpointMs: null, sttMs: null, firstTokenMs: null, firstAudioMs: null, firstSentMs: null, totalMs: turn.totalMs ?? null };
    await db.insert(messages).values({ ...common, id: randomUUID(), seq: ++seq, role: 'assistant', status: turn.status ?? 'complete', provider: turn.greeting ? null : 'builtin', metadata: { trace } });
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  workspaceId = await firstWorkspaceId(database.db);
  agentId = (await getDefaultAgent(database.db, workspaceId)).id;
  await aTalk({ workspaceId, begun: '10:05:00', agentId, turns: [{ at: '10:05:00', totalMs: 5, greeting: true }, { at: '10:10:00', totalMs: 100 }, { at: '10:20:00', totalMs: 200 }, { at: '10:59:59.999', totalMs: 300 }] });
  await aTalk({ workspaceId, begun: '12:00:00', channel: 'device', turns: [{ at: '12:00:00', totalMs: 900, status: 'failed' }, { at: '12:30:00', totalMs: 400, status: 'interrupted' }, { at: '12:31:00' }] });
  await aTalk({ workspaceId: await aWorkspace(database.db), begun: '10:30:00', turns: [{ at: '10:30:00', totalMs: 9_999 }] });
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const ask = (query: string) => web.ask('GET', `/api/stats?${query}`);
const day = 'from=2026-03-02T10:00:00Z&to=2026-03-02T13:00:00Z';

async function statsOf(query: string): Promise<Stats> {
  const answer = await ask(query);
  expect(answer.status, answer.text).toBe(200);
  return answer.json() as unknown as Stats;
}

describe('GET /api/stats', () => {
  it('counts turns, failures and sessions of each bucket, the empty ones too', async () => {
    const { buckets, bucket_seconds } = await statsOf(`${day}&bucket_seconds=3600`);
    expect(bucket_seconds).toBe(3600);
    expect(buckets).toEqual([
      { at: '2026-03-02T10:00:00.000Z', turns: 3, failed_turns: 0, sessions: 1, p50_ms: 200, p95_ms: 290 },
      { at: '2026-03-02T11:00:00.000Z', turns: 0, failed_turns: 0, sessions: 0, p50_ms: null, p95_ms: null },
      { at: '2026-03-02T12:00:00.000Z', turns: 3, failed_turns: 1, sessions: 1, p50_ms: 400, p95_ms: 400 },
    ]);
  });

  it('gives the whole range percentiles of its own', async () => {
    expect((await statsOf(`${day}&bucket_seconds=3600`)).totals).toEqual({ turns: 6, failed_turns: 1, sessions: 2, p50_ms: 250, p95_ms: 385 });
  });

  it('can be asked of one agent or one channel', async () => {
    expect((await statsOf(`${day}&agent_id=${agentId}`)).totals).toMatchObject({ turns: 3, failed_turns: 0, sessions: 1 });
    expect((await statsOf(`${day}&channel=device`)).totals).toMatchObject({ turns: 3, failed_turns: 1, sessions: 1 });
    expect((await statsOf(`${day}&channel=phone`)).totals).toEqual({ turns: 0, failed_turns: 0, sessions: 0, p50_ms: null, p95_ms: null });
  });

  it('takes the beginning in and leaves the end out', async () => {
    expect((await statsOf('from=2026-03-02T10:10:00Z&to=2026-03-02T10:20:00Z')).totals).toMatchObject({ turns: 1, sessions: 0, p50_ms: 100 });
  });

  it('shows the last 24 hours in at most 60 buckets when nothing is said', async () => {
    const { from, to, buckets, bucket_seconds } = await statsOf('');
    expect(bucket_seconds).toBe(1800);
    expect(from).toMatch(/:[03]0:00.000Z$/);
    expect(Date.parse(to) - Date.parse(from)).toBeGreaterThanOrEqual(86_400_000);
    expect(buckets.length).toBeLessThanOrEqual(49);
    expect(buckets[0]!.at).toBe(from);
    expect(Date.parse(buckets.at(-1)!.at) + bucket_seconds * 1000).toBeGreaterThanOrEqual(Date.parse(to));
  });

  it('begins its buckets where it is asked to: midnights of a time zone', async () => {
    const { buckets } = await statsOf('from=2026-03-01T08:00:00Z&to=2026-03-03T00:00:00Z&bucket_seconds=86400');
    expect(buckets.map((bucket) => [bucket.at, bucket.turns])).toEqual([['2026-03-01T08:00:00.000Z', 0], ['2026-03-02T08:00:00.000Z', 6]]);
  });

  it.each([
    ['from=2026-03-02T10:00:00Z&to=2026-03-02T10:00:00Z', 'from'],
    ['from=2024-01-01T00:00:00Z&to=2026-03-02T10:00:00Z', 'from'],
    ['from=yesterday', 'from'],
    ['to=1970-01-01T00:00:00Z', 'to'],
    [`from=2026-01-01T00:00:00Z&to=2026-03-02T10:00:00Z&bucket_seconds=60`, 'bucket_seconds'],
    ['bucket_seconds=59', 'bucket_seconds'],
    ['bucket_seconds=99999999999', 'bucket_seconds'],
    ['agent_id=7', 'agent_id'],
    ['channel=telepathy', 'channel'],
  ])('refuses %s and names %s', async (query, field) => {
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect(String(answer.json().detail)).toContain(field);
  });

  it('takes exactly 500 buckets and no more', async () => {
    expect((await statsOf('from=2026-03-02T00:00:00Z&to=2026-03-02T08:20:00Z&bucket_seconds=60')).buckets).toHaveLength(500);
    expect((await ask('from=2026-03-02T00:00:00Z&to=2026-03-02T08:21:00Z&bucket_seconds=60')).status).toBe(400);
  });
});
