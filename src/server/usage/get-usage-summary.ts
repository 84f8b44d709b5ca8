import { inArray, sql, type SQL } from 'drizzle-orm';
import { DateTime } from 'luxon';
import { agents } from '../agents/tables';
import { apiKeys } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { MOST_USAGE_GROUPS, type UsageBucket, type UsageFigures, type UsageGroup, type UsageSummary, type UsageSummaryInput } from './contract';
import { tenths } from './tenths';
import { usageCells } from './usage-cells';
import { usageBuckets, usageRange } from './usage-range';

type GroupBy = UsageSummary['group_by'];

const KEYS: Record<GroupBy, SQL> = {
  day: sql`null::text`,
  agent: sql`u.agent_id`,
  model: sql`u.provider || '/' || u.model`,
  channel: sql`u.channel`,
  user: sql`u.user_label`,
  api_key: sql`u.api_key_id`,
  leg: sql`u.leg`,
};

/** What the totals know; the others are asked of the ledger. */
const IN_TOTALS: ReadonlySet<GroupBy> = new Set(['day', 'agent', 'api_key', 'leg']);

interface Row extends Record<string, unknown> {
  kind: 'total' | 'bucket' | 'key' | 'cell';
  bucket: number | null;
  key: string | null;
  key_count: string | null;
  requests: string; failed: string; input: string; output: string; cached: string; stt: number; tts: string; line: number; cost: string; records: string; unpriced: string;
}

/** Added up by the database: once from the totals or the records to a cell for each bucket and key, and from the cells to everything else. */
export async function getUsageSummary(db: Database, options: { workspaceId: string; input: UsageSummaryInput }): Promise<UsageSummary> {
  const { workspaceId, input } = options;
  const { group_by: groupBy } = input;
  const range = await usageRange(db, { workspaceId, from: input.from, to: input.to });
  const { bucket, starts } = usageBuckets(range, groupBy === 'day' ? 'day' : input.bucket);
  // In a subquery of its own, the array is read once and not for each record.
  const thresholds = sql`(select string_to_array(${starts.map((at) => at.toISOString()).join(',')}::text, ',')::timestamptz[])`;
  const sums = sql`sum(requests) as requests, sum(failed) as failed, sum(input) as input, sum(output) as output, sum(cached) as cached,
    sum(stt) as stt, sum(tts) as tts, sum(line) as line, sum(cost) as cost, sum(records) as records, sum(unpriced) as unpriced`;
  const rows = await withMemory(db, (tx) => tx.execute<Row>(sql`
    with cells as materialized (
      ${usageCells({ workspaceId, input, range, key: KEYS[groupBy], thresholds, fromTotals: IN_TOTALS.has(groupBy) })}
    ), keys as materialized (
      select key, ${sums}, row_number() over (order by sum(cost) desc, sum(records) desc, key) as rank, count(*) over () as key_count from cells group by key
    )
    select 'total' as kind, null::int as bucket, null::text as key, null::bigint as key_count, ${sums} from cells
    union all select 'bucket', bucket, null, null, ${sums} from cells group by bucket
    union all select 'key', rank::int, key::text, key_count, requests, failed, input, output, cached, stt, tts, line, cost, records, unpriced from keys where rank <= ${MOST_USAGE_GROUPS}
    union all select 'cell', c.bucket, c.key::text, null, c.requests, c.failed, c.input, c.output, c.cached, c.stt, c.tts, c.line, c.cost, c.records, c.unpriced
      from cells c join keys k on coalesce(k.key::text, '') = coalesce(c.key::text, '') and (k.key is null) = (c.key is null) and k.rank <= ${MOST_USAGE_GROUPS}
    order by 1, 2, cost desc, records desc, key`));

  const byDay = groupBy === 'day';
  const keyRows = byDay ? [] : rows.filter(({ kind }) => kind === 'key');
  const labels = await labelsOf(db, groupBy, keyRows.flatMap(({ key }) => (key === null ? [] : [key])));
  const buckets = starts.map((at, index): UsageBucket => {
    const sum = rows.find((row) => row.kind === 'bucket' && row.bucket === index + 1);
    return { at: at.toISOString(), ...figures(sum), groups: [] };
  });
  if (!byDay) for (const row of rows) {
    if (row.kind === 'cell' && row.bucket !== null) buckets[row.bucket - 1]?.groups.push({ key: row.key, ...parts(figures(row)) });
  }
  const groups = byDay
    ? buckets.map(({ at, groups: _groups, ...sum }): UsageGroup => { const day = dayOf(at, range.timeZone); return { key: day, label: day, ...sum }; })
    : keyRows.map((row): UsageGroup => ({ key: row.key, label: row.key === null ? 'None' : labels.get(row.key) ?? row.key, ...figures(row) }));
  return {
    from: range.from.toISOString(), to: range.to.toISOString(), time_zone: range.timeZone, group_by: groupBy, bucket,
    totals: figures(rows.find(({ kind }) => kind === 'total')),
    groups, more_groups: Math.max(0, Number(keyRows[0]?.key_count ?? 0) - keyRows.length), buckets,
  };
}

/**
 * Postgres cannot know how few cells a time's bucket makes of many records. Afraid of a large hash table it would sort them
 * all, on disk, which takes several times as long.
 */
const withMemory = <T>(db: Database, query: (tx: Database) => Promise<T>): Promise<T> => db.transaction(async (tx) => {
  await tx.execute(sql`set local work_mem = '64MB'`);
  return query(tx);
}, { accessMode: 'read only' });

const dayOf = (at: string, zone: string): string => DateTime.fromISO(at, { zone }).toFormat('yyyy-MM-dd');


function figures(row: Row | undefined): UsageFigures {
  const number = (text: string | null | undefined) => Number(text ?? 0);
  return {
    requests: number(row?.requests), failed_requests: number(row?.failed),
    input_tokens: number(row?.input), output_tokens: number(row?.output), cached_tokens: number(row?.cached),
    stt_seconds: tenths(row?.stt ?? 0), tts_characters: number(row?.tts), telephony_seconds: tenths(row?.line ?? 0),
    cost_usd: number(row?.cost), records: number(row?.records), unpriced_records: number(row?.unpriced),
  };
}

const parts = ({ cost_usd, requests, records }: UsageFigures) => ({ cost_usd, requests, records });

/** What is gone has no name any more, and shows its id. */
async function labelsOf(db: Database, groupBy: GroupBy, keys: string[]): Promise<Map<string, string>> {
  if (keys.length === 0 || (groupBy !== 'agent' && groupBy !== 'api_key')) return new Map();
  const table = groupBy === 'agent' ? agents : apiKeys;
  const rows = await db.select({ id: table.id, name: table.name }).from(table).where(inArray(table.id, keys));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
