import { and, desc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { newId } from '../platform/ids';
import type { NewUsage } from './new-usage';
import { priceUsage, type PriceOverride } from './price-usage';
import { usageRecords, workspacePrices } from './tables';
import { totalUsage } from './total-usage';

/**
 * Writes rows of the ledger, each with its price of now, and their totals. A row that is there already is not counted again:
 * it stays as it is, but for an estimate, which gives way to what the provider counted. Comes last in its transaction: what it locks others wait for.
 */
export async function insertUsage(tx: Database, rows: ReadonlyArray<NewUsage & { id?: string }>): Promise<void> {
  if (rows.length === 0) return;
  const prices = await pricesInForce(tx, { workspaceIds: [...new Set(rows.map(({ workspaceId }) => workspaceId))], providers: [...new Set(rows.map(({ provider }) => provider))] });
  const priced = rows.map(({ success, id = newId(), ...row }) => ({
    id, ...row, ...priceUsage(row, { overrides: prices.filter(({ workspaceId }) => workspaceId === row.workspaceId) }), success: success === false ? ('no' as const) : ('yes' as const),
  }));
  const written = new Set((await tx.insert(usageRecords).values(priced).onConflictDoNothing({ target: usageRecords.id }).returning({ id: usageRecords.id })).map(({ id }) => id));
  const counted = priced.filter(({ id, estimated }) => !written.has(id) && estimated !== true);
  if (counted.length > 0) for (const id of await replaceEstimates(tx, counted)) written.add(id);
  if (written.size > 0) await totalUsage(tx, among([...written]));
}

const among = (ids: readonly string[]): SQL => sql`u.id in (${sql.join(ids.map((id) => sql`${id}::uuid`), sql`, `)})`;

/** When it was and whose stays, or was forgotten. Gives those that it changed, which the totals lack by then. */
async function replaceEstimates(tx: Database, rows: ReadonlyArray<Omit<typeof usageRecords.$inferInsert, 'id'> & { id: string }>): Promise<string[]> {
  const estimates = await tx.select({ id: usageRecords.id }).from(usageRecords)
    .where(and(inArray(usageRecords.id, rows.map(({ id }) => id)), eq(usageRecords.estimated, true))).for('update');
  const ids = new Set(estimates.map(({ id }) => id));
  if (ids.size > 0) await totalUsage(tx, among([...ids]), -1);
  for (const { id, inputTokens, outputTokens, cachedTokens, costUsd, priceVersion, success } of rows.filter((row) => ids.has(row.id)))
    await tx.update(usageRecords).set({ inputTokens, outputTokens, cachedTokens, costUsd, priceVersion, success, estimated: false }).where(eq(usageRecords.id, id));
  return [...ids];
}

/** One for each workspace, leg, provider and model: the newest that has begun. */
function pricesInForce(tx: Database, options: { workspaceIds: string[]; providers: string[] }): Promise<Array<PriceOverride & { workspaceId: string }>> {
  const { workspaceId, leg, provider, model, startsAt } = workspacePrices;
  return tx.selectDistinctOn([workspaceId, leg, provider, model]).from(workspacePrices)
    .where(and(inArray(workspaceId, options.workspaceIds), inArray(provider, options.providers), sql`${startsAt} <= now()`))
    .orderBy(workspaceId, leg, provider, model, desc(startsAt));
}
