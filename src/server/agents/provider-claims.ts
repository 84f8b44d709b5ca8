import { AppError, invalidField } from '../platform/errors';

/** Settings as they were said: `{provider, config}` taken apart. `config` null clears, undefined says nothing. */
export interface SaidConfig {
  provider: string | null | undefined;
  /** Where its settings stand, for messages. */
  path: string;
  config: Record<string, unknown> | null | undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Flat settings, or `{provider, config: {…}}` of the other dialect; both at once is neither. */
export function readConfig(field: string, given: Record<string, unknown> | null | undefined): SaidConfig {
  if (!given || !('config' in given || 'provider' in given)) return { provider: undefined, path: field, config: given };
  const { provider, config, ...others } = given;
  const stray = Object.keys(others)[0];
  if (stray !== undefined) throw invalidField(`${field}.${stray}`, 'stands beside `provider` and `config`; put it into `config`');
  if (provider !== undefined && provider !== null && (typeof provider !== 'string' || provider.trim() === '')) throw invalidField(`${field}.provider`, 'must be a provider’s name');
  if (config !== undefined && config !== null && !isObject(config)) throw invalidField(`${field}.config`, 'must be an object');
  return { provider: provider as string | null | undefined, path: `${field}.config`, config: config as Record<string, unknown> | null | undefined };
}

/** One thing said about a value, and where. */
export interface Claim<T> {
  field: string;
  value: T;
}

export function contradiction(field: string, other: string): AppError {
  const message = `contradicts ${other}; say it once`;
  return new AppError('invalid_input', `${field}: ${message}`, { issues: [{ path: field, message }, { path: other, message: `contradicts ${field}` }] });
}

/**
 * What several spellings of one thing ask for together. Those that repeat what is there say nothing: whoever sends back
 * what they read, with one field changed, means the change. Null when nothing new was said.
 * @throws AppError invalid_input that names both fields when two ask for different things
 */
export function agreed<T>(claims: readonly Claim<T>[], current: T | undefined): Claim<T> | null {
  const changes = claims.filter(({ value }) => value !== current);
  const [first] = changes;
  const other = changes.find(({ value }) => value !== first?.value);
  if (first && other) throw contradiction(first.field, other.field);
  return first ?? null;
}
