import { AppError } from '../platform/errors';
import { VENDOR_KEYS, type Vendor } from '../platform/config';

/** `builtin`, `scripted` and `external` run here, `llama-cpp` is the server at OPENAI_BASE_URL; the rest are vendors behind the AI SDK. */
export const LOCAL_PROVIDERS = ['builtin', 'scripted', 'external', 'llama-cpp'] as const;
export type LocalProvider = (typeof LOCAL_PROVIDERS)[number];

export interface ModelId {
  provider: Vendor | LocalProvider;
  model: string;
}

/** Families whose vendor is plain from the bare name, so that `gpt-4o` means `openai/gpt-4o`. */
const FAMILIES: ReadonlyArray<[RegExp, ModelId['provider']]> = [
  [/^(gpt-|chatgpt-|o\d)/i, 'openai'],
  [/^claude-/i, 'anthropic'],
  [/^(gemini-|gemma-)/i, 'google'],
  [/^(mistral-|magistral-|ministral-|codestral-|pixtral-|devstral-|open-mi[sx]tral)/i, 'mistral'],
  [/^command/i, 'cohere'],
  [/^assistant$/i, 'builtin'],
];

const isProvider = (name: string): name is ModelId['provider'] => name in VENDOR_KEYS || (LOCAL_PROVIDERS as readonly string[]).includes(name);

/**
 * `vendor/model`; only the first segment may be a vendor, so `openai/meta-llama/Llama-3` keeps its own slash.
 * With an OpenAI-compatible server configured (`otherwise`), a name without a known vendor is that server's.
 */
export function parseModelId(id: string, otherwise?: Vendor): ModelId {
  const slash = id.indexOf('/');
  const [head, tail] = slash < 0 ? ['', id] : [id.slice(0, slash).toLowerCase(), id.slice(slash + 1)];
  if (isProvider(head) && tail !== '') return { provider: head, model: tail };
  const family = slash < 0 ? FAMILIES.find(([pattern]) => pattern.test(id))?.[1] : undefined;
  const provider = family ?? otherwise;
  if (provider === undefined || id.trim() === '') throw new AppError('invalid_input', `Unknown model '${id}'. Name it as vendor/model, for example openai/gpt-4.1-mini.`);
  return { provider, model: id };
}

export const formatModelId = ({ provider, model }: ModelId): string => `${provider}/${model}`;
