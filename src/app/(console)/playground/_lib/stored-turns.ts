import type { ConversationMessage } from '@/server/conversations/contract';
import type { Turn } from './thread';

const REPLY_STATES = { complete: 'done', interrupted: 'interrupted', failed: 'failed' } as const;

/** A stored conversation as the playground's thread shows it. */
export function storedTurns(messages: readonly ConversationMessage[]): Turn[] {
  const turns = new Map<string, Turn>();
  for (const message of messages) {
    if (message.role !== 'user' && message.role !== 'assistant') continue;
    const turn = turns.get(message.turn_id) ?? { key: message.turn_id, id: message.turn_id, user: null, reply: null, trace: null, note: null };
    if (message.role === 'user') {
      turn.user = { text: message.content, spoken: false, state: 'final' };
    } else {
      const { trace, toolCalls = [] } = message.metadata;
      turn.reply = {
        text: message.content,
        state: REPLY_STATES[message.status],
        tools: toolCalls.map((call) => ({ name: call.name, label: call.label ?? call.name, state: call.error === undefined ? 'done' : 'failed', message: call.error ?? null })),
      };
      turn.trace = trace ?? null;
      if (turn.user) turn.user.spoken = (trace?.speechMs ?? 0) > 0;
    }
    turns.set(message.turn_id, turn);
  }
  return [...turns.values()];
}
