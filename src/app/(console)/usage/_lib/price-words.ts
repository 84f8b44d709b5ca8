import type { CreatePriceInput, Price } from '@/server/prices/contract';
import { formatPrice } from './money';
import type { Leg } from './leg-words';

export type PriceField = 'input_per_million' | 'cached_per_million' | 'output_per_million' | 'per_minute' | 'characters_per_million';

interface PricePart {
  name: PriceField;
  label: string;
  /** After the amount: `$2.50 in`. */
  short: string;
  hint?: string;
  optional?: boolean;
}

const MINUTE: PricePart = { name: 'per_minute', label: 'A minute', short: 'a minute' };

/** What each leg is priced by. */
export const PRICE_PARTS: Record<Leg, readonly PricePart[]> = {
  llm: [
    { name: 'input_per_million', label: 'A million input tokens', short: 'in' },
    { name: 'output_per_million', label: 'A million output tokens', short: 'out' },
    { name: 'cached_per_million', label: 'A million cached tokens', short: 'cached', hint: 'Empty: as other input.', optional: true },
  ],
  embedding: [{ name: 'input_per_million', label: 'A million tokens', short: 'in' }],
  stt: [MINUTE],
  tts: [{ name: 'characters_per_million', label: 'A million characters', short: 'a million characters' }],
  telephony: [MINUTE],
};

/** `$2.50 in, $10.00 out a million tokens` */
export function priceWords(price: Pick<Price, 'leg' | PriceField>): string {
  const said = PRICE_PARTS[price.leg].flatMap(({ name, short }) => { const usd = price[name]; return usd === null ? [] : [`${formatPrice(usd)} ${short}`]; });
  const unit = price.leg === 'llm' || price.leg === 'embedding' ? ' a million tokens' : '';
  return said.length === 0 ? 'No price' : `${said.join(', ')}${unit}`;
}

export type TypedPrices = Partial<Record<PriceField, string>>;

const numberOrNull = (text: string | undefined): number | null => (text === undefined || text.trim() === '' ? null : Number(text));

/** The figures of that leg, and of no other. */
export const figuresOf = (leg: Leg, typed: TypedPrices): Pick<CreatePriceInput, PriceField> =>
  Object.fromEntries(PRICE_PARTS[leg].map(({ name }) => [name, numberOrNull(typed[name])]));

export const typedOf = (price: Pick<Price, PriceField>): TypedPrices =>
  Object.fromEntries((['input_per_million', 'cached_per_million', 'output_per_million', 'per_minute', 'characters_per_million'] as const).map((name) => [name, price[name] === null ? '' : String(price[name])]));

/** Whether an own price counts for that model, by its name or for every one of its provider. */
export const isPriced = (prices: readonly Price[], { leg, provider, model }: Pick<Price, 'leg' | 'provider' | 'model'>): boolean =>
  prices.some((price) => price.in_force && price.leg === leg && price.provider === provider && (price.model === model || price.model === '*'));
