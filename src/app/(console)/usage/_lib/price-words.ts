import type { CreatePriceInput, Price } from '@/server/prices/contract';
import { PRICE_FIELDS, PRICE_PARTS, type PriceField } from '@/server/usage/price-parts.contract';
import { formatPrice } from './money';
import type { Leg } from './leg-words';

interface PriceWords {
  label: string;
  /** After the amount: `$2.50 in`. */
  short: string;
  hint?: string;
}

interface PricePart extends PriceWords {
  name: PriceField;
  optional: boolean;
}

const WORDS: Record<PriceField, PriceWords> = {
  input_per_million: { label: 'A million input tokens', short: 'in' },
  output_per_million: { label: 'A million output tokens', short: 'out' },
  cached_per_million: { label: 'A million cached tokens', short: 'cached', hint: 'Empty: as other input.' },
  per_minute: { label: 'A minute', short: 'a minute' },
  characters_per_million: { label: 'A million characters', short: 'a million characters' },
};

/** What each leg is priced by, as its form asks for it. */
export function pricePartsOf(leg: Leg): PricePart[] {
  const part = (name: PriceField, optional: boolean): PricePart => ({ name, optional, ...WORDS[name], ...(leg === 'embedding' ? { label: 'A million tokens' } : {}) });
  const { needed, more } = PRICE_PARTS[leg];
  return [...needed.map((name) => part(name, false)), ...more.map((name) => part(name, true))];
}

/** `$2.50 in, $10.00 out a million tokens` */
export function priceWords(price: Pick<Price, 'leg' | PriceField>): string {
  const said = pricePartsOf(price.leg).flatMap(({ name, short }) => { const usd = price[name]; return usd === null ? [] : [`${formatPrice(usd)} ${short}`]; });
  const unit = price.leg === 'llm' || price.leg === 'embedding' ? ' a million tokens' : '';
  return said.length === 0 ? 'No price' : `${said.join(', ')}${unit}`;
}

export type TypedPrices = Partial<Record<PriceField, string>>;

const numberOrNull = (text: string | undefined): number | null => (text === undefined || text.trim() === '' ? null : Number(text));

/** The figures of that leg, and of no other. */
export const figuresOf = (leg: Leg, typed: TypedPrices): Pick<CreatePriceInput, PriceField> =>
  Object.fromEntries(pricePartsOf(leg).map(({ name }) => [name, numberOrNull(typed[name])]));

export const typedOf = (price: Pick<Price, PriceField>): TypedPrices =>
  Object.fromEntries(PRICE_FIELDS.map((name) => [name, price[name] === null ? '' : String(price[name])]));

/** Whether an own price counts for that model, by its name or for every one of its provider. */
export const isPriced = (prices: readonly Price[], { leg, provider, model }: Pick<Price, 'leg' | 'provider' | 'model'>): boolean =>
  prices.some((price) => price.in_force && price.leg === leg && price.provider === provider && (price.model === model || price.model === '*'));
