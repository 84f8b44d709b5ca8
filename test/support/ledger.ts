import { sql } from 'drizzle-orm';
import type { Database } from '@/server/platform/db/client';
import { totalUsage } from '@/server/usage';
import { usageRecords, usageTotals } from '@/server/usage/tables';

/** Records as they are given, at any time and price, with their totals. */
export const enterUsage = (db: Database, rows: Array<typeof usageRecords.$inferInsert>): Promise<void> => db.transaction(async (tx) => {
  const written = await tx.insert(usageRecords).values(rows).returning({ id: usageRecords.id });
  await totalUsage(tx, sql`u.id in (${sql.join(written.map(({ id }) => sql`${id}::uuid`), sql`, `)})`);
});

export async function emptyLedger(db: Database): Promise<void> {
  await db.delete(usageRecords);
  await db.delete(usageTotals);
}
