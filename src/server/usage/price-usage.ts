import type { Cost, PricedUsage } from './cost';
import { packagePrice } from './package-price';
import { PRICE_PARTS, type PriceField } from './price-parts.contract';
import type { workspacePrices } from './tables';

/** A price that a workspace set, as the database has it: decimal numbers are text. */
export type PriceOverride = Pick<typeof workspacePrices.$inferSelect,
  'leg' | 'provider' | 'model' | 'inputPerMillion' | 'cachedPerMillion' | 'outputPerMillion' | 'perMinute' | 'charactersPerMillion'>;

/** They run in our own processes: the model that is built in, scripts, and the speech that comes along. */
const FREE: ReadonlySet<string> = new Set(['builtin', 'scripted', 'local']);

const UNPRICED: Cost = { costUsd: null, priceVersion: null };

/**
 * What a row of the ledger costs: the workspace's own price (the exact model's before `*`), nothing for what runs here,
 * else the bundled table's. `overrides` are those in force, one for each leg, provider and model.
 */
export function priceUsage(row: PricedUsage, { overrides = [], at = new Date() }: { overrides?: readonly PriceOverride[]; at?: Date } = {}): Cost {
  const own = overrides.filter(({ leg, provider }) => leg === row.leg && provider === row.provider);
  const override = own.find(({ model }) => model === row.model) ?? own.find(({ model }) => model === '*');
  if (override) {
    const cost = overridden(row, override);
    if (cost !== null) return { costUsd: cost.toFixed(10), priceVersion: 'workspace' };
  }
  if (FREE.has(row.provider)) return { costUsd: '0', priceVersion: 'local' };
  return packagePrice(row, at) ?? UNPRICED;
}

const COLUMNS = {
  input_per_million: 'inputPerMillion', cached_per_million: 'cachedPerMillion', output_per_million: 'outputPerMillion', per_minute: 'perMinute', characters_per_million: 'charactersPerMillion',
} as const satisfies Record<PriceField, keyof PriceOverride>;

/** Null where the price says nothing of what was used. */
function overridden(row: PricedUsage, price: PriceOverride): number | null {
  if (PRICE_PARTS[row.leg].needed.some((part) => price[COLUMNS[part]] === null)) return null;
  const dollars = (text: string | null): number => Number(text ?? 0);
  const { inputTokens = 0, outputTokens = 0 } = row;
  const cached = Math.min(row.cachedTokens ?? 0, inputTokens);
  switch (row.leg) {
    case 'llm':
    case 'embedding':
      return ((inputTokens - cached) * dollars(price.inputPerMillion) + cached * dollars(price.cachedPerMillion ?? price.inputPerMillion) + outputTokens * dollars(price.outputPerMillion)) / 1e6;
    case 'stt':
    case 'telephony':
      return ((row.audioSeconds ?? 0) / 60) * dollars(price.perMinute);
    case 'tts':
      return ((row.characters ?? 0) * dollars(price.charactersPerMillion)) / 1e6;
  }
}
