import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { UsageFilter } from './contract';
import { csvLine, type CsvCell } from './csv-line';
import { usageRecords } from './tables';
import { usageConditions } from './usage-conditions';
import type { UsageRange } from './usage-range';

const RECORDS_A_PAGE = 1_000;

/** A column and what it takes from a row; amounts of money are decimal text, and never a formula. */
const COLUMNS = ['created_at', 'leg', 'provider', 'model', 'channel', 'agent_id', 'agent_name', 'user_label', 'user_id', 'api_key_id', 'api_key_name', 'conversation_id', 'turn_id',
  'input_tokens', 'output_tokens', 'cached_tokens', 'audio_seconds', 'characters', 'cost_usd', 'price_version', 'estimated', 'success'] as const;

type Row = Record<(typeof COLUMNS)[number] | 'id' | 'cursor', CsvCell>;

/** The ledger's records as CSV, page by page: what is sent is not in memory any more when the next one is read. */
export async function* exportUsage(db: Database, options: { workspaceId: string; filter: UsageFilter; range: UsageRange }): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  const where = usageConditions(options.workspaceId, options.filter, options.range);
  let after: Row | undefined;
  for (;;) {
    // The database's own writing of the time goes back to it: JavaScript would drop the microseconds, and records with them.
    const page: Row[] = await db.execute<Row>(sql`
      select u.id, u.created_at::text as cursor, to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at, u.leg, u.provider, u.model, u.channel,
        u.agent_id, a.name as agent_name, u.user_label, u.user_id, u.api_key_id, k.name as api_key_name, u.conversation_id, u.turn_id,
        u.input_tokens, u.output_tokens, u.cached_tokens, u.audio_seconds, u.characters, trim_scale(u.cost_usd)::text as cost_usd, u.price_version, u.estimated, u.success
      from ${usageRecords} u left join agents a on a.id = u.agent_id left join api_keys k on k.id = u.api_key_id
      where ${where} ${after === undefined ? sql`` : sql`and (u.created_at, u.id) > (${after.cursor}::timestamptz, ${after.id}::uuid)`}
      order by u.created_at, u.id limit ${RECORDS_A_PAGE}`);
    if (page.length > 0) yield page.map((row) => csvLine(COLUMNS.map((column) => row[column]))).join('');
    after = page.at(-1);
    if (page.length < RECORDS_A_PAGE) return;
  }
}
