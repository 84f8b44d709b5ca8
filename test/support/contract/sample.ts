/** Values for a JSON schema as the document writes them: right ones, ones at an edge, and wrong ones. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
  example?: unknown;
}

export type Resolve = (ref: string) => Schema;

/** Known values by the name of a parameter or property, such as ids that exist. */
export type Known = Record<string, unknown>;

const TEXT_OF_FORMAT: Record<string, string> = {
  uuid: '018f3f5e-7d4c-7a33-9b1a-0123456789ab', email: 'someone@example.org', 'date-time': '2031-02-03T04:05:06Z', date: '2031-02-03', time: '04:05:06', uri: 'https://example.org/x',
};

export interface SampleOptions { resolve: Resolve; known: Known; optional: boolean }

const lengthOf = (schema: Schema) => Math.max(schema.minLength ?? 0, Math.min(12, schema.maxLength ?? 12));

/** A value that fits, with or without what is optional. */
export function sample(schema: Schema, options: SampleOptions, name = ''): unknown {
  if (name in options.known) return options.known[name];
  if (schema.$ref) return sample(options.resolve(schema.$ref), options, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return sample(choices[0] ?? {}, options, name);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => sample(part, options, name))) as unknown;
  switch ([schema.type].flat()[0]) {
    case 'string': return schema.format && TEXT_OF_FORMAT[schema.format] ? TEXT_OF_FORMAT[schema.format] : 'abcdefghijkl'.padEnd(lengthOf(schema), 'x').slice(0, lengthOf(schema));
    case 'integer': case 'number': return Math.max(schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1, Math.min(5, schema.maximum ?? 5));
    case 'boolean': return true;
    case 'null': return null;
    case 'array': return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () => sample(schema.items ?? {}, options));
    default: return Object.fromEntries(Object.entries(schema.properties ?? {})
      .filter(([key]) => options.optional || schema.required?.includes(key)).map(([key, property]) => [key, sample(property, options, key)]));
  }
}

/** What fits no schema of that type, and what only nearly fits this one. */
export function wrong(schema: Schema, resolve: Resolve): unknown[] {
  if (schema.$ref) return wrong(resolve(schema.$ref), resolve);
  const choices = schema.anyOf ?? schema.oneOf;
  const types = new Set((choices ?? [schema]).flatMap((one) => [(one.$ref ? resolve(one.$ref) : one).type ?? 'object'].flat()));
  if (choices && choices.length === 2 && types.has('null')) return wrong(choices.find(({ type }) => type !== 'null')!, resolve).filter((value) => value !== null);
  const values: unknown[] = [];
  if (schema.enum || schema.const !== undefined) return ['no such choice', 17, {}, []];
  if (types.has('string')) {
    values.push(17, {}, [], true);
    if (schema.minLength) values.push('');
    if (schema.maxLength) values.push('x'.repeat(schema.maxLength + 1));
    if (schema.format && TEXT_OF_FORMAT[schema.format]) values.push('not of that form');
  }
  if (types.has('integer') || types.has('number')) {
    values.push('text', {}, []);
    if (types.has('integer')) values.push(1.5);
    if (schema.minimum !== undefined) values.push(schema.minimum - 1);
    if (schema.maximum !== undefined) values.push(schema.maximum + 1);
  }
  if (types.has('boolean')) values.push('perhaps', 7, {});
  if (types.has('array')) values.push('text', 7, {}, ...(schema.maxItems !== undefined && schema.maxItems < 1_000 ? [Array.from({ length: schema.maxItems + 1 }, () => sample(schema.items ?? {}, { resolve, known: {}, optional: false }))] : []));
  if (types.has('object') && types.size === 1 && (schema.properties || schema.additionalProperties)) values.push('text', 7, []);
  return values;
}

/** At the edges of what fits. */
export function edges(schema: Schema, resolve: Resolve): unknown[] {
  if (schema.$ref) return edges(resolve(schema.$ref), resolve);
  if (schema.enum) return schema.enum;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.flatMap((one) => (one.type === 'null' ? [null] : edges(one, resolve)));
  if (schema.pattern !== undefined || (schema.format && TEXT_OF_FORMAT[schema.format])) return [];
  switch (schema.type) {
    case 'string': return ['x'.repeat(Math.max(1, schema.minLength ?? 1)), ...(schema.maxLength && schema.maxLength <= 40_000 ? ['é'.repeat(schema.maxLength)] : []), 'žluť 語 🙂 \u202e<b>\'";--%_\\'.slice(0, schema.maxLength ?? 100)];
    case 'integer': case 'number': return [schema.minimum, schema.maximum].filter((one) => one !== undefined);
    case 'boolean': return [false];
    case 'array': return schema.minItems ? [] : [[]];
    default: return [];
  }
}
