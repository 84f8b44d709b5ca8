import type { TurnEvent } from '@/server/conversations/turn-events';
import type { ServerEvent } from '../contract/realtime-events';

const spokenMessage = (result: unknown): string =>
  typeof result === 'object' && result !== null && 'message' in result && typeof result.message === 'string' ? result.message : '';

const succeeded = (result: unknown): boolean => !(typeof result === 'object' && result !== null && 'success' in result && result.success === false);

/** What a client is shown of the tools that run during its turn: names and outcomes, never the arguments. */
export function toolEvent(event: Extract<TurnEvent, { type: 'tool-call' | 'tool-result' }>): ServerEvent {
  if (event.type === 'tool-call') return { type: 'tool.call', name: event.name, label: event.label };
  const { error, result } = event.record;
  return { type: 'tool.result', name: event.name, success: error === undefined && succeeded(result), message: error ?? spokenMessage(result) };
}
