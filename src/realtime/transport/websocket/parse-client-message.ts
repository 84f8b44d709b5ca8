import { CLIENT_EVENT_TYPES, clientEvent, type ClientEvent, type ErrorCode } from '../../contract/realtime-events';
import { decodeAudio } from './decode-audio';

/** A list of a hundred thousand wrong items must not be answered with as many sentences. */
const MAX_ISSUES = 5;

export type ParsedMessage =
  | { kind: 'event'; event: Exclude<ClientEvent, { type: 'input_audio_buffer.append' }> }
  | { kind: 'audio'; samples: Int16Array }
  | { kind: 'problem'; code: ErrorCode; message: string };

const problem = (code: ErrorCode, message: string): ParsedMessage => ({ kind: 'problem', code, message });

/** One text frame to what it means, or to the documented error code. Never throws. */
export function parseClientMessage(text: string): ParsedMessage {
  let message: unknown;
  try { message = JSON.parse(text); } catch { return problem('invalid_json', 'The message is not valid JSON'); }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return problem('validation_error', 'The message must be a JSON object');
  const type = (message as { type?: unknown }).type;
  if (typeof type !== 'string') return problem('validation_error', 'type: is required and must be a string');
  if (!CLIENT_EVENT_TYPES.includes(type)) return problem('unknown_event', `Unknown event type "${type.slice(0, 64)}"`);

  const parsed = clientEvent.safeParse(message);
  if (!parsed.success) return problem('validation_error', parsed.error.issues.slice(0, MAX_ISSUES).map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  if (parsed.data.type !== 'input_audio_buffer.append') return { kind: 'event', event: parsed.data };
  const decoded = decodeAudio(parsed.data.audio);
  return decoded.ok ? { kind: 'audio', samples: decoded.samples } : problem('validation_error', decoded.problem);
}
