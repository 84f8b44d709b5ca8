import type { NewUsage } from './new-usage';

/** What decides a price. */
export type PricedUsage = Pick<NewUsage, 'leg' | 'provider' | 'model' | 'inputTokens' | 'outputTokens' | 'cachedTokens' | 'audioSeconds' | 'characters'>;

export interface Cost {
  /** Decimal; null when nobody knows the price, which is not nothing. */
  costUsd: string | null;
  priceVersion: string | null;
}
