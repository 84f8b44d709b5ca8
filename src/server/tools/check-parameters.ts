import type { ToolParameter } from './tool';

export type CheckedParameters = { ok: true; params: Record<string, unknown> } | { ok: false; problem: string };

/** Long enough for any sentence, short enough that a tool never sees a document by accident. */
const MAX_TEXT_LENGTH = 4_000;

/** Applies defaults and refuses what does not fit. Numbers may come as text, as speech models and query strings send them. */
export function checkParameters(parameters: Record<string, ToolParameter>, given: Record<string, unknown>): CheckedParameters {
  const params: Record<string, unknown> = {};
  for (const name of Object.keys(given))
    if (!Object.hasOwn(parameters, name)) return { ok: false, problem: `Unknown parameter '${name.slice(0, 64)}'.` };
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = given[name] ?? parameter.default;
    if (value === undefined || value === null || value === '') {
      if (parameter.required) return { ok: false, problem: `Missing required parameter '${name}'.` };
      continue;
    }
    const converted = convert(value, parameter.type);
    if (converted === undefined) return { ok: false, problem: `Parameter '${name}' must be ${ARTICLES[parameter.type]} ${parameter.type}.` };
    if (typeof converted === 'string' && converted.length > MAX_TEXT_LENGTH) return { ok: false, problem: `Parameter '${name}' is too long.` };
    params[name] = converted;
  }
  return { ok: true, params };
}

const ARTICLES: Record<ToolParameter['type'], string> = { string: 'a', integer: 'an', number: 'a', boolean: 'a' };

function convert(value: unknown, type: ToolParameter['type']): string | number | boolean | undefined {
  if (type === 'string') return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  if (type === 'boolean') return typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined;
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  if (!Number.isFinite(number) || (type === 'integer' && !Number.isInteger(number))) return undefined;
  return number;
}
