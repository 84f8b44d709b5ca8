import { sql } from 'drizzle-orm';
import type { Channel } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import type { UsageStats, UsageStatsInput } from './contract';
import { usageRecords, type UsageLeg } from './tables';
import { tenths } from './tenths';
import { vendorName } from './vendor-name';

interface ModelRow extends Record<string, unknown> { provider: string; model: string; requests: string; succeeded: string; input: string; output: string; cost: string; unpriced: string }
interface RecentRow extends Record<string, unknown> { at: string; model: string; input: number | null; output: number | null; cost: string | null; success: 'yes' | 'no'; leg: UsageLeg; channel: Channel | null }

const ACTIONS: Record<Channel, string> = { chat: 'chat', browser: 'voice', device: 'voice', phone: 'call' };

const percentOf = (part: number, of: number): number => (of === 0 ? 0 : tenths((part / of) * 100));

/** Requests to models, language and embedding; what speech and the telephone cost is in the summary. */
export async function getUsageStats(db: Database, options: { workspaceId: string; input: UsageStatsInput }): Promise<UsageStats> {
  const { workspaceId, input } = options;
  const where = sql`u.workspace_id = ${workspaceId} and u.leg in ('llm', 'embedding')
    ${input.user_id === undefined ? sql`` : sql`and u.user_label = ${input.user_id}`}
    ${input.start_time === undefined ? sql`` : sql`and u.created_at >= ${new Date(input.start_time).toISOString()}`}
    ${input.end_time === undefined ? sql`` : sql`and u.created_at < ${new Date(input.end_time).toISOString()}`}`;
  const rows = await db.execute<ModelRow>(sql`
    select u.provider, u.model, count(*) as requests, count(*) filter (where u.success = 'yes') as succeeded,
      coalesce(sum(u.input_tokens), 0) as input, coalesce(sum(u.output_tokens), 0) as output,
      coalesce(sum(u.cost_usd), 0) as cost, count(*) filter (where u.cost_usd is null) as unpriced
    from ${usageRecords} u where ${where} group by 1, 2 order by count(*) desc, 1, 2`);
  const recent = input.recent_limit === 0 ? [] : await db.execute<RecentRow>(sql`
    select u.created_at as at, u.model, u.input_tokens as input, u.output_tokens as output, u.cost_usd as cost, u.success, u.leg, u.channel
    from ${usageRecords} u where ${where} order by u.created_at desc limit ${input.recent_limit}`);

  const total = (of: (row: ModelRow) => string): number => rows.reduce((sum, row) => sum + Number(of(row)), 0);
  const requests = total((row) => row.requests);
  const inputTokens = total((row) => row.input);
  const outputTokens = total((row) => row.output);
  return {
    total_tokens: inputTokens + outputTokens,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_cost: money(total((row) => row.cost)),
    total_requests: requests,
    unpriced_requests: total((row) => row.unpriced),
    success_rate: percentOf(total((row) => row.succeeded), requests),
    models: rows.map((row) => ({
      model_id: row.model, vendor: vendorName(row.provider), requests: Number(row.requests), tokens: Number(row.input) + Number(row.output), cost: Number(row.cost),
      unpriced_requests: Number(row.unpriced), percentage: percentOf(Number(row.requests), requests),
    })),
    recent_activity: recent.map((row) => ({
      timestamp: new Date(row.at).toISOString(), model: row.model, input_tokens: row.input ?? 0, output_tokens: row.output ?? 0,
      cost: row.cost === null ? null : Number(row.cost), success: row.success === 'yes',
      action: row.leg === 'embedding' ? 'embedding' : ACTIONS[row.channel ?? 'chat'],
    })),
  };
}

/** A few models' exact sums, without what adding binary fractions leaves behind. */
const money = (dollars: number): number => Number(dollars.toFixed(10));
