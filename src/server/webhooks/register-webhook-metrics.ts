import { eq, sql, sum } from 'drizzle-orm';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Database } from '../platform/db/client';
import { within } from '../platform/within';
import { ATTEMPT_OUTCOMES, webhookDeliveries, webhookTotals } from './tables';

/** Whoever scrapes waits; without the database the figures of before stand. */
const READ_LIMIT_MS = 2_000;

/**
 * Deliveries happen in workers, which serve no metrics: the figures are the database's, and every node answers the same.
 * Of the whole installation, without workspaces: who scrapes is the operator.
 */
export function registerWebhookMetrics(registry: Registry, db: Database): void {
  new Counter({
    name: 'parley_webhook_attempts_total',
    help: 'Tries to deliver a webhook, by how they went',
    labelNames: ['outcome'],
    registers: [registry],
    async collect() {
      const query = db.select({ outcome: webhookTotals.outcome, attempts: sum(webhookTotals.attempts).mapWith(Number) }).from(webhookTotals).groupBy(webhookTotals.outcome);
      const rows = await within(query.execute(), READ_LIMIT_MS, 'late').catch(() => null);
      if (rows === null) return;
      this.reset();
      for (const outcome of ATTEMPT_OUTCOMES) this.inc({ outcome }, rows.find((row) => row.outcome === outcome)?.attempts ?? 0);
    },
  });
  new Gauge({
    name: 'parley_webhook_deliveries_pending',
    help: 'Webhooks that are due or wait for their next try',
    registers: [registry],
    async collect() {
      const pending = await within(db.$count(webhookDeliveries, eq(webhookDeliveries.state, 'pending')), READ_LIMIT_MS, 'late').catch(() => null);
      if (pending !== null) this.set(pending);
    },
  });
  new Gauge({
    name: 'parley_webhook_overdue_seconds',
    help: 'How long the webhook that waits longest past its time has waited; 0 when none is late',
    registers: [registry],
    async collect() {
      const query = db.select({ seconds: sql<number>`coalesce(greatest(0, extract(epoch FROM now() - min(${webhookDeliveries.nextAttemptAt}))), 0)::float8` })
        .from(webhookDeliveries).where(sql`${webhookDeliveries.state} = 'pending'`);
      const [row] = await within(query.execute(), READ_LIMIT_MS, 'late').catch(() => []);
      if (row) this.set(row.seconds);
    },
  });
}
