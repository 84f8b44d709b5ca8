import type { z } from 'zod';

/**
 * Query and path parameters are text; the schemas speak of numbers and booleans. Text is turned into what the schema
 * asks for once, here. Text that does not look like it stays as it is: zod then says what is wrong with it.
 */
export type FieldKind = 'number' | 'boolean' | 'array' | 'other';
export type FieldKinds = ReadonlyMap<string, FieldKind>;

const WRAPPERS = new Set(['optional', 'nullable', 'default', 'prefault', 'readonly', 'catch', 'nonoptional']);

interface SchemaDef { type: string; innerType?: z.ZodType; in?: z.ZodType; shape?: Record<string, z.ZodType> }

function unwrapped(schema: z.ZodType): SchemaDef {
  const def = schema._zod.def as unknown as SchemaDef;
  if (WRAPPERS.has(def.type) && def.innerType) return unwrapped(def.innerType);
  return def.type === 'pipe' && def.in ? unwrapped(def.in) : def;
}

function kindOf(field: z.ZodType): FieldKind {
  const { type } = unwrapped(field);
  return type === 'number' || type === 'int' ? 'number' : type === 'boolean' || type === 'array' ? type : 'other';
}

/** The kinds of an object schema's fields; worked out once for each route. */
export function fieldKinds(inputs: readonly z.ZodType[]): FieldKinds {
  return new Map(inputs.flatMap((input) => Object.entries(unwrapped(input).shape ?? {}).map(([name, field]) => [name, kindOf(field)] as const)));
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function coerced(kind: FieldKind | undefined, text: string): unknown {
  if (kind === 'number') return NUMBER.test(text) ? Number(text) : text;
  if (kind === 'boolean') return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : text;
  return text;
}

/** A parameter given twice counts once, as its last value, unless the schema asks for a list. */
export function coerceFields(kinds: FieldKinds, fields: Record<string, string | string[] | undefined>): Record<string, unknown> {
  const out: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const kind = kinds.get(name);
    out[name] = kind === 'array' ? [value].flat() : coerced(kind, [value].flat().at(-1) ?? '');
  }
  return out;
}
