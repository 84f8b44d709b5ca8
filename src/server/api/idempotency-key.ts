import type { IncomingHttpHeaders } from 'node:http';
import { invalidField } from '../platform/errors';

const MAX_KEY_CHARACTERS = 255;

/** What a client calls its request, to send it again without doing it twice. */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return undefined;
  if (key.length > MAX_KEY_CHARACTERS) throw invalidField('Idempotency-Key', `must have at most ${MAX_KEY_CHARACTERS} characters`);
  return key;
}
