import { isNotNull, sql } from 'drizzle-orm';
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../platform/db/client';
import { within } from '../platform/within';
import { isAbandoned } from './abandoned-reply';
import { messages } from './tables';

/** Whoever scrapes waits; without the database the figures of before stand. */
const READ_LIMIT_MS = 2_000;

/** Several processes write replies, and workers, which serve no metrics, settle what they left: the figures are the database's. */
export function registerReplyMetrics(registry: Registry, db: Database): void {
  new Gauge({
    name: 'parley_replies_unfinished',
    help: 'Replies that have been written for more than two seconds (growing), or whose process is gone and which wait to be settled (abandoned)',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const query = db.select({ all: sql<number>`count(*)::int`, abandoned: sql<number>`(count(*) FILTER (WHERE ${isAbandoned()}))::int` })
        .from(messages).where(isNotNull(messages.checkpointedAt));
      const [row] = await within(query.execute(), READ_LIMIT_MS, 'late').catch(() => []);
      if (!row) return;
      this.set({ state: 'growing' }, row.all - row.abandoned);
      this.set({ state: 'abandoned' }, row.abandoned);
    },
  });
}
