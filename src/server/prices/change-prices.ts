import { and, eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { workspacePrices } from '../usage/tables';
import type { CreatePriceInput, Price, UpdatePriceInput } from './contract';
import { priceProblem } from './price-problem';
import { getPrice, priceNotFound } from './queries';

const decimal = (dollars: number | null | undefined): string | null => (dollars === null || dollars === undefined ? null : dollars.toFixed(10));

const columnsOf = (price: Omit<UpdatePriceInput, 'price_id' | 'starts_at'>) => ({
  inputPerMillion: decimal(price.input_per_million), cachedPerMillion: decimal(price.cached_per_million), outputPerMillion: decimal(price.output_per_million),
  perMinute: decimal(price.per_minute), charactersPerMillion: decimal(price.characters_per_million),
});

const subject = ({ id, leg, provider, model }: Pick<Price, 'id' | 'leg' | 'provider' | 'model'>) => ({ kind: 'price', id, label: `${leg} ${provider}/${model}` });

const taken = (): AppError => new AppError('conflict', 'starts_at: there is a price of this model from that moment on already; change that one');

export function createPrice(db: Database, { principal, input }: { principal: Principal; input: CreatePriceInput }): Promise<Price> {
  const problem = priceProblem(input.leg, input);
  if (problem) throw problem;
  const { workspaceId } = principal;
  return db.transaction(async (tx) => {
    const [row] = await tx.insert(workspacePrices).values({
      workspaceId, leg: input.leg, provider: input.provider, model: input.model, ...columnsOf(input),
      ...(input.starts_at === undefined ? {} : { startsAt: new Date(input.starts_at) }),
    }).onConflictDoNothing().returning({ id: workspacePrices.id });
    if (!row) throw taken();
    const made = await getPrice(tx, { workspaceId, id: row.id });
    await recordAudit(tx, principal, { action: 'price.create', subject: subject(made), details: detailsOf(made) });
    return made;
  });
}

export function updatePrice(db: Database, { principal, input }: { principal: Principal; input: UpdatePriceInput }): Promise<Price> {
  const { price_id: id, starts_at: startsAt, ...figures } = input;
  const { workspaceId } = principal;
  return db.transaction(async (tx) => {
    const known = await lockedPrice(tx, { workspaceId, id });
    const next = { ...detailsOf(known), ...figures };
    const problem = priceProblem(known.leg, next);
    if (problem) throw problem;
    if (startsAt !== undefined && await tx.$count(workspacePrices, and(
      eq(workspacePrices.workspaceId, workspaceId), eq(workspacePrices.leg, known.leg), eq(workspacePrices.provider, known.provider), eq(workspacePrices.model, known.model),
      eq(workspacePrices.startsAt, new Date(startsAt)))) > 0 && new Date(startsAt).toISOString() !== known.starts_at) throw taken();
    await tx.update(workspacePrices).set({ ...columnsOf(next), ...(startsAt === undefined ? {} : { startsAt: new Date(startsAt) }) }).where(eq(workspacePrices.id, id));
    const changed = await getPrice(tx, { workspaceId, id });
    await recordAudit(tx, principal, { action: 'price.update', subject: subject(changed), details: { before: detailsOf(known), after: detailsOf(changed) } });
    return changed;
  });
}

export function removePrice(db: Database, { principal, id }: { principal: Principal; id: string }): Promise<void> {
  return db.transaction(async (tx) => {
    const known = await lockedPrice(tx, { workspaceId: principal.workspaceId, id });
    await tx.delete(workspacePrices).where(eq(workspacePrices.id, id));
    await recordAudit(tx, principal, { action: 'price.delete', subject: subject(known), details: detailsOf(known) });
  });
}

async function lockedPrice(tx: Database, { workspaceId, id }: { workspaceId: string; id: string }): Promise<Price> {
  if (!isUuid(id)) throw priceNotFound(id);
  await tx.select({ id: workspacePrices.id }).from(workspacePrices).where(and(eq(workspacePrices.workspaceId, workspaceId), eq(workspacePrices.id, id))).for('update');
  return getPrice(tx, { workspaceId, id });
}

const detailsOf = ({ input_per_million, cached_per_million, output_per_million, per_minute, characters_per_million, starts_at }: Price) =>
  ({ input_per_million, cached_per_million, output_per_million, per_minute, characters_per_million, starts_at });
