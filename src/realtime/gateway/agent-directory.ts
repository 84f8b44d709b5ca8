import { and, eq } from 'drizzle-orm';
import { getAgent, getDefaultAgent } from '@/server/agents/queries';
import { conversations } from '@/server/conversations/tables';
import { EXTERNAL_MODEL } from '@/server/llm';
import type { Database } from '@/server/platform/db/client';
import { AppError } from '@/server/platform/errors';
import { workspaces } from '@/server/workspaces/tables';
import type { AgentDirectory } from '../ports';

async function agentOfConversation(db: Database, workspaceId: string, conversationId: string): Promise<string | null> {
  const [row] = await db.select({ agentId: conversations.agentId }).from(conversations)
    .where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId)));
  if (!row) throw new AppError('not_found', `conversation_id: conversation ${conversationId} not found`);
  return row.agentId;
}

/** Agents as live sessions need them, from the database. With an external agent, that one answers for the default agent. */
export function databaseAgentDirectory(db: Database, options: { externalAgent: boolean }): AgentDirectory {
  return {
    async find({ workspaceId, agentId, conversationId }) {
      const continued = conversationId ? await agentOfConversation(db, workspaceId, conversationId) : null;
      const named = agentId ?? continued;
      const [agent, [workspace]] = await Promise.all([
        named ? getAgent(db, { workspaceId, agentId: named }) : getDefaultAgent(db, workspaceId),
        db.select({ timeZone: workspaces.timeZone }).from(workspaces).where(eq(workspaces.id, workspaceId)),
      ]);
      if (!workspace) throw new AppError('not_found', `Workspace ${workspaceId} not found`);
      const { id, name, systemPrompt, greeting, voice, tools, turnSettings } = agent;
      const model = options.externalAgent && agent.isDefault ? EXTERNAL_MODEL : agent.model;
      return { id, name, systemPrompt, greeting, model, voice, tools, turnSettings, timeZone: workspace.timeZone };
    },
  };
}
