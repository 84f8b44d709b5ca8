import { createHash } from 'node:crypto';
import type { PlaceCallInput } from './contract';

/** Of what was asked for, defaults filled in, so that a repeated call_id can be told from another call by that name. */
export const requestDigest = (input: PlaceCallInput): string => createHash('sha256').update(JSON.stringify(sorted(input))).digest('hex');

/** Keys in order and nothing that says nothing: `null`, absent and the default are the same request. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined && part !== null).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]));
}
