import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { newId } from '../platform/ids';
import type { NewUsage } from './new-usage';
import { priceUsage, type PriceOverride } from './price-usage';
import { usageRecords, workspacePrices } from './tables';

/** Writes rows of the ledger, of one workspace, each with its price of now. A row that is there already stays as it is. */
export async function insertUsage(tx: Database, rows: ReadonlyArray<NewUsage & { id?: string }>): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const overrides = await pricesInForce(tx, { workspaceId: first.workspaceId, providers: [...new Set(rows.map(({ provider }) => provider))] });
  await tx.insert(usageRecords).values(rows.map(({ success, id = newId(), ...row }) => ({
    id, ...row, ...priceUsage(row, { overrides }), success: success === false ? ('no' as const) : ('yes' as const),
  }))).onConflictDoNothing({ target: usageRecords.id });
}

/** One for each leg, provider and model: the newest that has begun. */
function pricesInForce(tx: Database, options: { workspaceId: string; providers: string[] }): Promise<PriceOverride[]> {
  const { leg, provider, model, startsAt } = workspacePrices;
  return tx.selectDistinctOn([leg, provider, model]).from(workspacePrices)
    .where(and(eq(workspacePrices.workspaceId, options.workspaceId), inArray(provider, options.providers), sql`${startsAt} <= now()`))
    .orderBy(leg, provider, model, desc(startsAt));
}
