import { and, eq, sql } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Database } from '../platform/db/client';
import type { Logger } from '../platform/logger';
import { budgets } from '../usage/tables';
import type { BudgetState } from './read-budgets';

/**
 * Says once a period that a budget warns, and once that it stops, whoever notices and however many at the same moment:
 * the row remembers for which period it was said, and only whoever changes that says it. One that was passed at a stroke
 * only stops.
 */
export async function announceBudgets(db: Database, states: readonly BudgetState[], logger: Pick<Logger, 'warn'>): Promise<void> {
  for (const one of states) {
    const { row, state, start } = one;
    const stops = state === 'stopped';
    const said = stops ? row.stoppedFor : row.warnedFor;
    if (state === 'ok' || said?.getTime() === start.getTime()) continue;
    const column = stops ? budgets.stoppedFor : budgets.warnedFor;
    const first = await db.transaction(async (tx) => {
      const [changed] = await tx.update(budgets).set({ warnedFor: start, ...(stops ? { stoppedFor: start } : {}) })
        .where(and(eq(budgets.id, row.id), sql`${column} IS DISTINCT FROM ${start.toISOString()}`)).returning({ id: budgets.id });
      if (changed) await recordAudit(tx, { kind: 'system', id: 'budgets', label: 'Parley', workspaceId: row.workspaceId }, {
        action: stops ? 'budget.stop' : 'budget.warn',
        subject: { kind: 'budget', id: row.id, label: one.label },
        details: { scope: row.scope, period: row.period, period_start: start.toISOString(), limit_usd: Number(row.limitUsd), spent_usd: one.spentUsd },
      });
      return changed !== undefined;
    });
    if (first) logger.warn({ workspaceId: row.workspaceId, budget: row.id, scope: row.scope, period: row.period, limitUsd: Number(row.limitUsd), spentUsd: one.spentUsd }, stops ? 'a budget is used up: new turns are refused' : 'a budget is nearly used up');
  }
}
