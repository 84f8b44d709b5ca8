import { createRequire } from 'node:module';
import { calcPrice } from '@pydantic/genai-prices';
import type { Cost, PricedUsage } from './cost';

const PACKAGE = '@pydantic/genai-prices';

/** Ours and the package's names. Only these are asked for: without a provider the package guesses by the model's name. */
const PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai', anthropic: 'anthropic', google: 'google', groq: 'groq', mistral: 'mistral', cohere: 'cohere', openrouter: 'openrouter',
};

let version: string | undefined;

/** Its manifest is no export of the package; the file beside its entry is. */
function packageVersion(): string {
  if (version === undefined) {
    const require = createRequire(import.meta.url);
    const manifest = require(require.resolve(PACKAGE).replace(/dist[\\/][^\\/]+$/, 'package.json')) as { version: string };
    version = `genai-prices ${manifest.version}`;
  }
  return version;
}

/** From the table that the package brings along; nothing is fetched. Null where it has no price for what was used. */
export function packagePrice(row: PricedUsage, at: Date): Cost | null {
  const providerId = PROVIDERS[row.provider];
  if (providerId === undefined) return null;
  const usage = usageOf(row);
  if (usage === null) return null;
  let found: ReturnType<typeof calcPrice>;
  try {
    found = calcPrice(usage.used, row.model, { providerId, timestamp: at });
  } catch {
    return null; // it refuses what it cannot make sense of: nobody knows the price
  }
  if (found === null) return null;
  // A model that has no price for a unit is not free in it.
  if (usage.priced.some((key) => found.model_price[key] === undefined)) return null;
  // Nor is what it took no notice of.
  if (found.total_price === 0 && Object.values(usage.used).some((amount) => amount > 0) && usage.priced.some((key) => found.model_price[key] !== 0)) return null;
  return { costUsd: found.total_price.toFixed(10), priceVersion: packageVersion() };
}

function usageOf(row: PricedUsage): { used: Record<string, number>; priced: string[] } | null {
  const { inputTokens = 0, outputTokens = 0, cachedTokens = 0 } = row;
  switch (row.leg) {
    case 'llm':
      return { used: { input_tokens: inputTokens, output_tokens: outputTokens, cache_read_tokens: Math.min(cachedTokens, inputTokens) }, priced: ['input_mtok', 'output_mtok'] };
    case 'embedding':
      return { used: { input_tokens: inputTokens }, priced: ['input_mtok'] };
    case 'stt':
      return { used: { audio_seconds: row.audioSeconds ?? 0 }, priced: ['audio_hours'] };
    case 'tts': // its speech models are priced by token, and what is counted here is text
    case 'telephony':
      return null;
  }
}
