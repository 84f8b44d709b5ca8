/**
 * Text as Postgres takes it: its text has no NUL, and its jsonb no half of a surrogate pair. Models and devices send
 * both now and then, and such a character must not cost the words around it.
 */
export const storableText = (text: string): string => text.replaceAll('\0', '').replace(LONE_SURROGATE, '\uFFFD');

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** The same for every text inside, as keys and as values. */
export function storableJson<T>(value: T): T {
  if (typeof value === 'string') return storableText(value) as T;
  if (Array.isArray(value)) return value.map(storableJson) as T;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), storableJson(inner as unknown)])) as T;
}
