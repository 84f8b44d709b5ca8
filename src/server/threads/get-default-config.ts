import { getDefaultAgent, maySeeAgent } from '../agents';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';

/** Its prompt is part of the answer, so it does not exist for whom the agent is not for. */
export async function getDefaultConfig(db: Database, principal: Principal) {
  const agent = await getDefaultAgent(db, principal.workspaceId);
  if (!maySeeAgent(principal, agent) || !agent.isActive) throw new AppError('not_found', 'There is no default agent for these credentials');
  return { model: agent.id, model_name: agent.name, system_prompt: agent.systemPrompt };
}
