import { and, desc, inArray, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { newId } from '../platform/ids';
import type { NewUsage } from './new-usage';
import { priceUsage, type PriceOverride } from './price-usage';
import { usageRecords, workspacePrices } from './tables';
import { totalUsage } from './total-usage';

/**
 * Writes rows of the ledger, each with its price of now, and their totals. A row that is there already stays as it is and
 * is not counted again. Comes last in its transaction: what it locks others wait for.
 */
export async function insertUsage(tx: Database, rows: ReadonlyArray<NewUsage & { id?: string }>): Promise<void> {
  if (rows.length === 0) return;
  const prices = await pricesInForce(tx, { workspaceIds: [...new Set(rows.map(({ workspaceId }) => workspaceId))], providers: [...new Set(rows.map(({ provider }) => provider))] });
  const written = await tx.insert(usageRecords).values(rows.map(({ success, id = newId(), ...row }) => ({
    id, ...row, ...priceUsage(row, { overrides: prices.filter(({ workspaceId }) => workspaceId === row.workspaceId) }), success: success === false ? ('no' as const) : ('yes' as const),
  }))).onConflictDoNothing({ target: usageRecords.id }).returning({ id: usageRecords.id });
  if (written.length > 0) await totalUsage(tx, sql`u.id in (${sql.join(written.map(({ id }) => sql`${id}::uuid`), sql`, `)})`);
}

/** One for each workspace, leg, provider and model: the newest that has begun. */
function pricesInForce(tx: Database, options: { workspaceIds: string[]; providers: string[] }): Promise<Array<PriceOverride & { workspaceId: string }>> {
  const { workspaceId, leg, provider, model, startsAt } = workspacePrices;
  return tx.selectDistinctOn([workspaceId, leg, provider, model]).from(workspacePrices)
    .where(and(inArray(workspaceId, options.workspaceIds), inArray(provider, options.providers), sql`${startsAt} <= now()`))
    .orderBy(workspaceId, leg, provider, model, desc(startsAt));
}
