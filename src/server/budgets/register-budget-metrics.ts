import { sql } from 'drizzle-orm';
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../platform/db/client';
import { within } from '../platform/within';

/** Whoever scrapes waits; without the database the figures of before stand. */
const READ_LIMIT_MS = 2_000;

/** Of the whole installation: any process may have noticed, so the figures are the database's. */
export function registerBudgetMetrics(registry: Registry, db: Database): void {
  new Gauge({
    name: 'parley_budgets',
    help: 'Budgets that have warned or stopped in the period that runs',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const began = sql`date_trunc(b.period, now() AT TIME ZONE w.time_zone) AT TIME ZONE w.time_zone`;
      const query = db.execute<{ warned: string; stopped: string }>(sql`
        select count(*) filter (where b.stopped_for is distinct from ${began} and b.warned_for = ${began}) as warned, count(*) filter (where b.stopped_for = ${began}) as stopped
        from budgets b join workspaces w on w.id = b.workspace_id`);
      const rows = await within(query, READ_LIMIT_MS, 'late').catch(() => null);
      if (rows?.[0]) for (const state of ['warned', 'stopped'] as const) this.set({ state }, Number(rows[0][state]));
    },
  });
}
