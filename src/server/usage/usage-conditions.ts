import { sql, type SQL } from 'drizzle-orm';
import type { UsageFilter } from './contract';
import type { UsageRange } from './usage-range';

/** Of the ledger, under the name `u`. */
export function usageConditions(workspaceId: string, filter: UsageFilter, { from, to }: UsageRange): SQL {
  const conditions = [
    sql`u.workspace_id = ${workspaceId}`, sql`u.created_at >= ${from.toISOString()}`, sql`u.created_at < ${to.toISOString()}`,
    ...(filter.leg === undefined ? [] : [sql`u.leg = ${filter.leg}`]),
    ...(filter.channel === undefined ? [] : [sql`u.channel = ${filter.channel}`]),
    ...(filter.provider === undefined ? [] : [sql`u.provider = ${filter.provider}`]),
    ...(filter.model === undefined ? [] : [sql`u.model = ${filter.model}`]),
    ...(filter.agent_id === undefined ? [] : [sql`u.agent_id = ${filter.agent_id}`]),
    ...(filter.api_key_id === undefined ? [] : [sql`u.api_key_id = ${filter.api_key_id}`]),
    ...(filter.user === undefined ? [] : [sql`u.user_label = ${filter.user}`]),
  ];
  return sql.join(conditions, sql` and `);
}
