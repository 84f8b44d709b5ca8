import type { Principal } from '../auth/principal';
import type { ChatService } from '../chat';
import type { RunningTurns } from './contract';

/** One's own, of a conversation. */
export async function findRunningTurns(chat: ChatService, options: { principal: Principal; conversationId: string }): Promise<RunningTurns> {
  const runs = await chat.running(options.principal, options.conversationId);
  return {
    turns: runs.map(({ turnId, messageId, userMessageId, agent, startedAt }) =>
      ({ turn_id: turnId, message_id: messageId, user_message_id: userMessageId, agent_id: agent.id, started_at: startedAt.toISOString() })),
  };
}
