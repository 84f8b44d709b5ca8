import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { NOBODY, USAGE_TOTALS_MINUTES, usageRecords, usageTotals } from './tables';

/** Of quarters: any moment that begins one will do. */
const ORIGIN = '2000-01-01T00:00:00Z';

const columns = sql.raw('workspace_id, at, agent_id, api_key_id, leg');

/**
 * Adds records of the ledger to its totals, in the transaction that wrote them; once, by whoever wrote them. Rows are
 * taken in the order of their key, and by everybody last in the transaction, so that no two writers wait for each other. With -1 it
 * takes away what it added, before they change.
 */
export async function totalUsage(tx: Database, where: SQL, times: 1 | -1 = 1): Promise<void> {
  const add = (column: string) => sql.raw(`${column} = usage_totals.${column} + ${times} * excluded.${column}`);
  await tx.execute(sql`
    insert into ${usageTotals} (${columns}, records, unpriced, failed, input_tokens, output_tokens, cached_tokens, audio_seconds, characters, cost_usd)
    select u.workspace_id, date_bin(make_interval(mins => ${sql.raw(String(USAGE_TOTALS_MINUTES))}), u.created_at, ${ORIGIN}::timestamptz), coalesce(u.agent_id, ${NOBODY}::uuid), coalesce(u.api_key_id, ${NOBODY}::uuid), u.leg,
      count(*), count(*) filter (where u.cost_usd is null), count(*) filter (where u.success = 'no'), coalesce(sum(u.input_tokens), 0), coalesce(sum(u.output_tokens), 0),
      coalesce(sum(u.cached_tokens), 0), coalesce(sum(u.audio_seconds), 0), coalesce(sum(u.characters), 0), coalesce(sum(u.cost_usd), 0)
    from ${usageRecords} u where ${where} group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
    on conflict (${columns}) do update set
      ${sql.join(['records', 'unpriced', 'failed', 'input_tokens', 'output_tokens', 'cached_tokens', 'audio_seconds', 'characters', 'cost_usd'].map(add), sql`, `)}`);
}
