import { asc, eq, sql } from 'drizzle-orm';
import { agents } from '../agents/tables';
import { apiKeys } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { budgets, usageTotals } from '../usage/tables';
import { workspaces } from '../workspaces/tables';
import { budgetPeriodAt, type PeriodBounds } from './budget-period';
import type { Budget } from './contract';

export interface BudgetState extends PeriodBounds {
  row: typeof budgets.$inferSelect;
  /** The agent's, the key's or the workspace's name. */
  label: string;
  /** The workspace's. */
  timeZone: string;
  state: Budget['state'];
  spentUsd: number;
  unpricedRecords: number;
}

interface SpentRow extends Record<string, unknown> { id: string; spent: string; unpriced: string; reached: boolean; warned: boolean }

/** All budgets of a workspace with what is spent of each, by the database's clock; exact amounts are compared there. */
export async function readBudgets(db: Database, { workspaceId }: { workspaceId: string }): Promise<BudgetState[]> {
  const found = await db.select({ row: budgets, agent: agents.name, key: apiKeys.name, workspace: workspaces.name, timeZone: workspaces.timeZone, now: sql<string>`now()` })
    .from(budgets).innerJoin(workspaces, eq(workspaces.id, budgets.workspaceId))
    .leftJoin(agents, eq(agents.id, budgets.agentId)).leftJoin(apiKeys, eq(apiKeys.id, budgets.apiKeyId))
    .where(eq(budgets.workspaceId, workspaceId)).orderBy(asc(budgets.createdAt), asc(budgets.id));
  if (found.length === 0) return [];
  const known = found.map(({ row, agent, key, workspace, timeZone, now }) => ({
    row, label: agent ?? key ?? workspace, timeZone, ...budgetPeriodAt(new Date(now), { period: row.period, timeZone }),
  }));
  // One look at the totals for all of them, from where the longest period began; day, week and month make at most
  // three slots. In a subquery of its own, their array is read once and not for each total.
  const starts = [...new Set(known.map(({ start }) => start.getTime()))].sort((a, b) => a - b).map((at) => new Date(at).toISOString());
  const periods = sql.join(known.map(({ row, start }) => sql`(${row.id}::uuid, ${starts.indexOf(start.toISOString()) + 1}::int)`), sql`, `);
  const rows = await db.execute<SpentRow>(sql`
    with spent as materialized (
      select width_bucket(t.at, (select string_to_array(${starts.join(',')}::text, ',')::timestamptz[])) as slot, t.agent_id, t.api_key_id, sum(t.cost_usd) as cost, sum(t.unpriced) as unpriced
      from ${usageTotals} t where t.workspace_id = ${workspaceId} and t.at >= ${starts[0]}::timestamptz group by 1, 2, 3
    )
    select b.id, s.spent, s.unpriced, s.spent >= b.limit_usd as reached, s.spent * 100 >= b.limit_usd * b.warn_percent as warned
    from (values ${periods}) p (id, slot) join ${budgets} b on b.id = p.id
    cross join lateral (
      select coalesce(sum(spent.cost), 0) as spent, coalesce(sum(spent.unpriced), 0) as unpriced from spent
      where spent.slot >= p.slot and (b.agent_id is null or spent.agent_id = b.agent_id) and (b.api_key_id is null or spent.api_key_id = b.api_key_id)
    ) s`);
  const spent = new Map(rows.map((row) => [row.id, row]));
  return known.map((one) => {
    const sum = spent.get(one.row.id);
    return { ...one, spentUsd: Number(sum?.spent ?? 0), unpricedRecords: Number(sum?.unpriced ?? 0), state: sum?.reached && one.row.stops ? 'stopped' : sum?.warned ? 'warned' : 'ok' };
  });
}

export const presentBudget = ({ row, label, state, spentUsd, unpricedRecords, start, end }: BudgetState): Budget => ({
  id: row.id, scope: row.scope, agent_id: row.agentId, api_key_id: row.apiKeyId, label,
  period: row.period, limit_usd: Number(row.limitUsd), warn_percent: row.warnPercent, stops: row.stops,
  state, spent_usd: spentUsd, unpriced_records: unpricedRecords, period_start: start.toISOString(), period_end: end.toISOString(),
  created_at: row.createdAt.toISOString(), updated_at: row.updatedAt.toISOString(),
});
