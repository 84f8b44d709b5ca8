import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { Unpriced, UnpricedModel } from './contract';
import { usageRecords, type UsageLeg } from './tables';
import { usageConditions } from './usage-conditions';
import { usageRange } from './usage-range';

const MOST = 200;

interface Row extends Record<string, unknown> { leg: UsageLeg; provider: string; model: string; records: string; input: string; output: string; seconds: number; characters: string; last_at: string }

/** What nobody has a price for: the models an administrator may want to set one. */
export async function findUnpriced(db: Database, options: { workspaceId: string; from?: string | undefined; to?: string | undefined }): Promise<Unpriced> {
  const range = await usageRange(db, options);
  const rows = await db.execute<Row>(sql`
    select u.leg, u.provider, u.model, count(*) as records, coalesce(sum(u.input_tokens), 0) as input, coalesce(sum(u.output_tokens), 0) as output,
      coalesce(sum(u.audio_seconds), 0) as seconds, coalesce(sum(u.characters), 0) as characters, max(u.created_at) as last_at
    from ${usageRecords} u where ${usageConditions(options.workspaceId, {}, range)} and u.cost_usd is null
    group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit ${MOST}`);
  return { models: rows.map((row): UnpricedModel => ({
    leg: row.leg, provider: row.provider, model: row.model, records: Number(row.records), input_tokens: Number(row.input), output_tokens: Number(row.output),
    audio_seconds: Math.round(row.seconds * 10) / 10, characters: Number(row.characters), last_at: new Date(row.last_at).toISOString(),
  })) };
}
