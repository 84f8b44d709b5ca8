import { and, count, desc, eq, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { workspacePrices } from '../usage/tables';
import type { ListPricesInput, Price } from './contract';

export type PriceRow = typeof workspacePrices.$inferSelect;

export const priceNotFound = (id: string): AppError => new AppError('not_found', `Price ${id} not found`);

const dollars = (text: string | null): number | null => (text === null ? null : Number(text));

const inForce = sql<boolean>`workspace_prices.starts_at <= now() and not exists (
  select from workspace_prices newer where newer.workspace_id = workspace_prices.workspace_id and newer.leg = workspace_prices.leg and newer.provider = workspace_prices.provider
    and newer.model = workspace_prices.model and newer.starts_at <= now() and newer.starts_at > workspace_prices.starts_at)`;

const presentPrice = ({ row, inForce }: { row: PriceRow; inForce: boolean }): Price => ({
  id: row.id, leg: row.leg, provider: row.provider, model: row.model,
  input_per_million: dollars(row.inputPerMillion), cached_per_million: dollars(row.cachedPerMillion), output_per_million: dollars(row.outputPerMillion),
  per_minute: dollars(row.perMinute), characters_per_million: dollars(row.charactersPerMillion),
  starts_at: row.startsAt.toISOString(), in_force: inForce, created_at: row.createdAt.toISOString(),
});

const select = (db: Database, where: SQL | undefined) => db.select({ row: workspacePrices, inForce }).from(workspacePrices).where(where);

export async function findPrices(db: Database, options: { workspaceId: string; filter: ListPricesInput }) {
  const { leg, limit, offset } = options.filter;
  const where = and(eq(workspacePrices.workspaceId, options.workspaceId), leg ? eq(workspacePrices.leg, leg) : undefined);
  const rows = await select(db, where)
    .orderBy(workspacePrices.leg, workspacePrices.provider, workspacePrices.model, desc(workspacePrices.startsAt)).limit(limit).offset(offset);
  const [counted] = await db.select({ total: count() }).from(workspacePrices).where(where);
  return { prices: rows.map(presentPrice), total: counted?.total ?? 0, limit, offset };
}

export async function getPrice(db: Database, { workspaceId, id }: { workspaceId: string; id: string }): Promise<Price> {
  const [row] = isUuid(id) ? await select(db, and(eq(workspacePrices.workspaceId, workspaceId), eq(workspacePrices.id, id))) : [];
  if (!row) throw priceNotFound(id);
  return presentPrice(row);
}
