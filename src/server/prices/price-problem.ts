import { invalidField, type AppError } from '../platform/errors';
import { PRICE_FIELDS, PRICE_PARTS, type PriceField } from '../usage/price-parts.contract';
import type { UsageLeg } from '../usage/tables';
import type { CreatePriceInput } from './contract';

type Figures = Pick<CreatePriceInput, PriceField>;

/** A price that leaves out what is paid for would count as none; one for something else is a mistake. */
export function priceProblem(leg: UsageLeg, figures: Figures): AppError | undefined {
  const { needed, more } = PRICE_PARTS[leg];
  const missing = needed.find((part) => figures[part] === undefined || figures[part] === null);
  if (missing !== undefined) return invalidField(missing, `must be given for ${leg}; 0 where it costs nothing`);
  const odd = PRICE_FIELDS.find((part) => figures[part] !== undefined && figures[part] !== null && !needed.includes(part) && !more.includes(part));
  return odd === undefined ? undefined : invalidField(odd, `is no price of ${leg}, which is paid by ${needed.join(' and ')}`);
}
