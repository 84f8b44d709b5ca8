import type { UsageLeg } from './tables';

export const PRICE_FIELDS = ['input_per_million', 'cached_per_million', 'output_per_million', 'per_minute', 'characters_per_million'] as const;
export type PriceField = (typeof PRICE_FIELDS)[number];

/** What a leg is paid by: without what is needed it has no price; more may be said of it. */
export const PRICE_PARTS: Readonly<Record<UsageLeg, { needed: readonly PriceField[]; more: readonly PriceField[] }>> = {
  llm: { needed: ['input_per_million', 'output_per_million'], more: ['cached_per_million'] },
  embedding: { needed: ['input_per_million'], more: [] },
  stt: { needed: ['per_minute'], more: [] },
  tts: { needed: ['characters_per_million'], more: [] },
  telephony: { needed: ['per_minute'], more: [] },
};
