import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { usageRecords } from '../usage/tables';

/** What a turn cost, in dollars; null when nobody knows the price of a part of it, which is not nothing. */
export async function turnCost(db: Database, { workspaceId, turnId }: { workspaceId: string; turnId: string }): Promise<number | null> {
  const [row] = await db.select({
    cost: sql<number | null>`sum(${usageRecords.costUsd})::float8`,
    unpriced: sql<number>`count(*) FILTER (WHERE ${usageRecords.costUsd} IS NULL)::int`,
  }).from(usageRecords).where(and(eq(usageRecords.workspaceId, workspaceId), eq(usageRecords.turnId, turnId)));
  return row && row.unpriced === 0 ? row.cost : null;
}
