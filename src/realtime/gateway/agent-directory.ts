import { and, eq } from 'drizzle-orm';
import { assertMayUseAgent, getAgent, getDefaultAgent, speechProblem, speechSettings, turnAgent } from '@/server/agents';
import type { Principal } from '@/server/auth/principal';
import { conversations } from '@/server/conversations/tables';
import { EXTERNAL_MODEL } from '@/server/llm';
import type { Config } from '@/server/platform/config';
import type { Database } from '@/server/platform/db/client';
import { AppError } from '@/server/platform/errors';
import { workspaces } from '@/server/workspaces/tables';
import type { AgentDirectory } from '../ports';

/** A device goes on with its own conversations only, and a person not with another person's. One that a token was made for may not be there yet. */
async function agentOfConversation(db: Database, principal: Principal, conversationId: string): Promise<string | null> {
  const [row] = await db.select({ agentId: conversations.agentId, userId: conversations.userId, metadata: conversations.metadata }).from(conversations)
    .where(and(eq(conversations.workspaceId, principal.workspaceId), eq(conversations.id, conversationId)));
  if (!row && principal.bound?.conversationId === conversationId) return null;
  const isAnothers = row !== undefined && ((principal.kind === 'device' && row.metadata.deviceId !== principal.id) || (principal.kind === 'user' && row.userId !== null && row.userId !== principal.id));
  if (!row || isAnothers) throw new AppError('not_found', `conversation_id: conversation ${conversationId} not found`);
  return row.agentId;
}

/** Agents as live sessions need them, from the database. With an external agent, that one answers for the default agent. */
export function databaseAgentDirectory(db: Database, config: Pick<Config, 'ai' | 'speech' | 'gateway' | 'mode'>): AgentDirectory {
  return {
    async find({ principal, agentId, conversationId, spoken }) {
      const { workspaceId } = principal;
      const continued = conversationId ? await agentOfConversation(db, principal, conversationId) : null;
      const named = agentId ?? principal.bound?.agentId ?? continued;
      const [agent, [workspace]] = await Promise.all([
        named ? getAgent(db, { workspaceId, agentId: named }) : getDefaultAgent(db, workspaceId),
        db.select({ timeZone: workspaces.timeZone }).from(workspaces).where(eq(workspaces.id, workspaceId)),
      ]);
      if (!workspace) throw new AppError('not_found', `Workspace ${workspaceId} not found`);
      assertMayUseAgent(principal, agent);
      const deafness = speechProblem('stt', agent, config);
      const problem = spoken ? (deafness ?? speechProblem('tts', agent, config)) : null;
      if (problem !== null) throw new AppError('unavailable', problem, { retryable: false });

      const { greeting, turnSettings } = agent;
      const external = config.gateway.agentUrl !== undefined && agent.isDefault;
      return {
        ...turnAgent(agent), ...(external ? { model: EXTERNAL_MODEL } : {}),
        ...speechSettings(agent, config), greeting, turnSettings, deafness, timeZone: workspace.timeZone,
      };
    },
  };
}
