import { invalidField, type AppError } from '../platform/errors';
import type { UsageLeg } from '../usage/tables';
import type { CreatePriceInput } from './contract';

type Figures = Pick<CreatePriceInput, 'input_per_million' | 'cached_per_million' | 'output_per_million' | 'per_minute' | 'characters_per_million'>;
type Part = keyof Figures;

/** What each leg is paid by, and what else may be said of it. */
const PARTS: Record<UsageLeg, { needed: Part[]; more: Part[] }> = {
  llm: { needed: ['input_per_million', 'output_per_million'], more: ['cached_per_million'] },
  embedding: { needed: ['input_per_million'], more: [] },
  stt: { needed: ['per_minute'], more: [] },
  tts: { needed: ['characters_per_million'], more: [] },
  telephony: { needed: ['per_minute'], more: [] },
};

const ALL: readonly Part[] = ['input_per_million', 'cached_per_million', 'output_per_million', 'per_minute', 'characters_per_million'];

/** A price that leaves out what is paid for would count as none; one for something else is a mistake. */
export function priceProblem(leg: UsageLeg, figures: Figures): AppError | undefined {
  const { needed, more } = PARTS[leg];
  const missing = needed.find((part) => figures[part] === undefined || figures[part] === null);
  if (missing !== undefined) return invalidField(missing, `must be given for ${leg}; 0 where it costs nothing`);
  const odd = ALL.find((part) => figures[part] !== undefined && figures[part] !== null && !needed.includes(part) && !more.includes(part));
  return odd === undefined ? undefined : invalidField(odd, `is no price of ${leg}, which is paid by ${needed.join(' and ')}`);
}
