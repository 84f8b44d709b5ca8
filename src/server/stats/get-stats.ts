import { sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { conversations, isTold, messages } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import type { GetStatsInput, Stats, StatsBucket } from './contract';
import { statsRange, type StatsRange } from './stats-range';

type Figures = Omit<StatsBucket, 'at'>;

interface TurnRow extends Record<string, unknown> { bucket: number | null; turns: string; failed: string; p50: number | null; p95: number | null }
interface SessionRow extends Record<string, unknown> { bucket: number | null; sessions: string }

/** date_part is a float, and several times faster here than extract, which is a numeric. */
const bucketOf = (column: SQL, range: StatsRange): SQL => sql`floor((date_part('epoch', ${column}) - ${range.from.getTime() / 1000}::float8) / ${range.bucketSeconds}::int)::int`;

const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 10) / 10);

function conversationFilter(filter: Pick<GetStatsInput, 'agent_id' | 'channel'>): SQL {
  return sql`${filter.agent_id ? sql`and c.agent_id = ${filter.agent_id}` : sql``} ${filter.channel ? sql`and c.channel = ${filter.channel}` : sql``}`;
}

/**
 * One row a bucket, and one without a bucket for the whole range: percentiles cannot be added up. A turn is a reply,
 * whatever became of it, once it has; a greeting answers nobody and has no provider.
 */
function readTurns(db: Database, workspaceId: string, range: StatsRange, filter: GetStatsInput) {
  const filtered = filter.agent_id !== undefined || filter.channel !== undefined;
  return db.execute<TurnRow>(sql`
    select bucket, count(*) as turns, count(*) filter (where failed) as failed,
      percentile_cont(0.5) within group (order by total_ms) as p50, percentile_cont(0.95) within group (order by total_ms) as p95
    from (
      select ${bucketOf(sql`m.created_at`, range)} as bucket, m.status = 'failed' as failed,
        case when m.status <> 'failed' then (m.metadata->'trace'->>'totalMs')::float8 end as total_ms
      from ${messages} m ${filtered ? sql`join ${conversations} c on c.id = m.conversation_id ${conversationFilter(filter)}` : sql``}
      where m.workspace_id = ${workspaceId} and m.created_at >= ${range.from.toISOString()} and m.created_at < ${range.to.toISOString()}
        and m.role = 'assistant' and ${isTold(alias(messages, 'm'))} and (m.provider is not null or m.status = 'failed')
    ) counted group by grouping sets ((bucket), ())`);
}

/** A conversation changes after it began: the condition on updated_at adds nothing but lets the index of recent ones be used. */
function readSessions(db: Database, workspaceId: string, range: StatsRange, filter: GetStatsInput) {
  return db.execute<SessionRow>(sql`
    select bucket, count(*) as sessions from (
      select ${bucketOf(sql`c.created_at`, range)} as bucket from ${conversations} c
      where c.workspace_id = ${workspaceId} and c.updated_at >= ${range.from.toISOString()}
        and c.created_at >= ${range.from.toISOString()} and c.created_at < ${range.to.toISOString()} ${conversationFilter(filter)}
    ) counted group by grouping sets ((bucket), ())`);
}

/** What happened over time, counted by the database; buckets in which nothing happened are there too. */
export async function getStats(db: Database, options: { workspaceId: string; filter: GetStatsInput; now: Date }): Promise<Stats> {
  const range = statsRange(options.filter, options.now);
  const [turnRows, sessionRows] = await Promise.all([
    readTurns(db, options.workspaceId, range, options.filter),
    readSessions(db, options.workspaceId, range, options.filter),
  ]);
  const byBucket = new Map<number | null, Figures>();
  const figuresOf = (bucket: number | null): Figures => {
    const known = byBucket.get(bucket) ?? { turns: 0, failed_turns: 0, sessions: 0, p50_ms: null, p95_ms: null };
    byBucket.set(bucket, known);
    return known;
  };
  for (const row of turnRows) Object.assign(figuresOf(row.bucket), { turns: Number(row.turns), failed_turns: Number(row.failed), p50_ms: rounded(row.p50), p95_ms: rounded(row.p95) });
  for (const row of sessionRows) figuresOf(row.bucket).sessions = Number(row.sessions);

  const totals = figuresOf(null);
  const buckets = Array.from({ length: range.buckets }, (_, index) => ({ at: new Date(range.from.getTime() + index * range.bucketSeconds * 1000).toISOString(), ...figuresOf(index) }));
  return { from: range.from.toISOString(), to: range.to.toISOString(), bucket_seconds: range.bucketSeconds, buckets, totals };
}
