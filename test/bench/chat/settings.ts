/** What the provider's models take their time for. `bench` is an answer of a quick model; `long` keeps its stream open. */
export const MODELS = {
  bench: { firstTokenMs: 200, tokenMs: 20, tokens: 50 },
  long: { firstTokenMs: 200, tokenMs: 1_000, tokens: 20 },
} as const;

/** No other text that passes has it. */
export const FIRST_TOKEN = 'Firstword';

export interface ProviderStats { open: number; peak: number; answered: number; left: number }

export const streamMs = ({ firstTokenMs, tokenMs, tokens }: (typeof MODELS)[keyof typeof MODELS]): number => firstTokenMs + tokenMs * (tokens - 1);

/** What is held against: at 10 streams at once, and of a list. */
export const GOALS = { firstByteP50Ms: 15, firstByteP95Ms: 50, listP95Ms: 20 } as const;
