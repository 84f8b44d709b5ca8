import { sql, type SQL } from 'drizzle-orm';
import type { UsageFilter } from './contract';
import { NOBODY, USAGE_TOTALS_MINUTES, usageRecords, usageTotals } from './tables';
import { usageConditions } from './usage-conditions';
import type { UsageRange } from './usage-range';

export interface UsageCellsOptions {
  workspaceId: string;
  input: UsageFilter;
  range: UsageRange;
  /** Of a record or a total, under the name `u`. */
  key: SQL;
  /** The beginnings of the buckets, an array. */
  thresholds: SQL;
  /** The key is one that the totals have. */
  fromTotals: boolean;
}

const QUARTER_MS = USAGE_TOTALS_MINUTES * 60_000;

/** A query with a row for each bucket and key: of the ledger, or of its totals where these say the same. */
export function usageCells({ workspaceId, input, range, key, thresholds, fromTotals }: UsageCellsOptions): SQL {
  const { channel, provider, model, user } = input;
  const first = new Date(Math.ceil(range.from.getTime() / QUARTER_MS) * QUARTER_MS);
  const last = new Date(Math.floor(range.to.getTime() / QUARTER_MS) * QUARTER_MS);
  if (!fromTotals || first >= last || [channel, provider, model, user].some((one) => one !== undefined)) return sql`
    select width_bucket(u.created_at, ${thresholds}) as bucket, ${key} as key,
      count(*) filter (where u.leg = 'llm') as requests, count(*) filter (where u.leg = 'llm' and u.success = 'no') as failed,
      sum(u.input_tokens) as input, sum(u.output_tokens) as output, sum(u.cached_tokens) as cached,
      sum(u.audio_seconds) filter (where u.leg = 'stt') as stt, sum(u.characters) as tts, sum(u.audio_seconds) filter (where u.leg = 'telephony') as line,
      coalesce(sum(u.cost_usd), 0) as cost, count(*) as records, count(*) filter (where u.cost_usd is null) as unpriced
    from ${usageRecords} u where ${usageConditions(workspaceId, input, range)} group by 1, 2`;
  const within = (from: Date, to: Date): SQL => usageConditions(workspaceId, input, { ...range, from, to });
  // Whole quarters from the totals; what begins and ends within one, from the ledger.
  const totals = sql`select t.at as created_at, nullif(t.agent_id, ${NOBODY}::uuid) as agent_id, nullif(t.api_key_id, ${NOBODY}::uuid) as api_key_id, t.leg,
      t.records, t.unpriced, t.failed, t.input_tokens, t.output_tokens, t.cached_tokens, t.audio_seconds, t.characters, t.cost_usd, t.workspace_id
    from ${usageTotals} t`;
  const edges = sql`select u.created_at, u.agent_id, u.api_key_id, u.leg,
      1, (u.cost_usd is null)::int, (u.success = 'no')::int, u.input_tokens, u.output_tokens, u.cached_tokens, u.audio_seconds, u.characters, u.cost_usd, u.workspace_id
    from ${usageRecords} u`;
  return sql`
    select width_bucket(u.created_at, ${thresholds}) as bucket, ${key} as key,
      coalesce(sum(u.records) filter (where u.leg = 'llm'), 0) as requests, coalesce(sum(u.failed) filter (where u.leg = 'llm'), 0) as failed,
      sum(u.input_tokens) as input, sum(u.output_tokens) as output, sum(u.cached_tokens) as cached,
      sum(u.audio_seconds) filter (where u.leg = 'stt') as stt, sum(u.characters) as tts, sum(u.audio_seconds) filter (where u.leg = 'telephony') as line,
      coalesce(sum(u.cost_usd), 0) as cost, sum(u.records) as records, sum(u.unpriced) as unpriced
    from (
      select * from (${totals}) u where ${within(first, last)}
      union all ${edges} where ${within(range.from, first)}
      union all ${edges} where ${within(last, range.to)}
    ) u group by 1, 2`;
}
