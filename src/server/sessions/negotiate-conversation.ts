import { assertMayUseAgent, getAgent, getDefaultAgent } from '../agents';
import { authSecret } from '../auth/derived-key';
import type { Principal } from '../auth/principal';
import { signSessionToken } from '../auth/session-token';
import type { Config } from '../platform/config';
import type { Database } from '../platform/db/client';
import { newId } from '../platform/ids';
import { CONVERSATION_PATH, type NegotiatedConversation } from './contract';

/**
 * Where and with what a conversation is opened. Nothing is stored: the ids are in the token, and the conversation is
 * there once somebody connects with it, so that one that nobody opens leaves nothing behind.
 */
export async function negotiateConversation(
  { db, config }: { db: Database; config: Config },
  options: { principal: Principal; agentId: string | null; /** What our own pages begin with. */ origin: string },
): Promise<NegotiatedConversation> {
  const { principal, agentId, origin } = options;
  const { workspaceId } = principal;
  const agent = agentId === null ? await getDefaultAgent(db, workspaceId) : await getAgent(db, { workspaceId, agentId });
  assertMayUseAgent(principal, agent);
  const ids = { conversationId: newId(), sessionId: newId() };
  const { token, expiresAt } = signSessionToken({ principal, agentId: agent.id, ...ids, now: new Date() }, authSecret(config));
  return {
    conversation_id: ids.conversationId,
    session_id: ids.sessionId,
    websocket_url: `${origin.replace(/^http/, 'ws').replace(/\/$/, '')}${CONVERSATION_PATH}?token=${token}`,
    token,
    expires_at: expiresAt.toISOString(),
  };
}
