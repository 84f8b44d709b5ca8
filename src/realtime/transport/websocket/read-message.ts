import type { z } from 'zod';
import { problem, type ParsedMessage } from './wire-protocol';

/** A list of a hundred thousand wrong items must not be answered with as many sentences. */
const MAX_ISSUES = 5;

type ReadMessage<T> = { ok: true; message: T } | { ok: false; problem: ParsedMessage };

/** One text frame to a message of the protocol, or to the documented error code. Never throws. */
export function readMessage<T>(text: string, types: readonly string[], schema: z.ZodType<T>): ReadMessage<T> {
  const wrong = (code: 'invalid_json' | 'validation_error' | 'unknown_event', message: string): ReadMessage<T> => ({ ok: false, problem: problem(code, message) });
  let message: unknown;
  try { message = JSON.parse(text); } catch { return wrong('invalid_json', 'The message is not valid JSON'); }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return wrong('validation_error', 'The message must be a JSON object');
  const type = (message as { type?: unknown }).type;
  if (typeof type !== 'string') return wrong('validation_error', 'type: is required and must be a string');
  if (!types.includes(type)) return wrong('unknown_event', `Unknown event type "${type.slice(0, 64)}"`);
  const parsed = schema.safeParse(message);
  if (parsed.success) return { ok: true, message: parsed.data };
  return wrong('validation_error', parsed.error.issues.slice(0, MAX_ISSUES).map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
