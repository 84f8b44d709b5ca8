import { getDefaultAgent } from '../agents';
import { parseModelId } from '../llm';
import { AppError } from '../platform/errors';
import { modelOf, type OpenChatDeps } from './open-chat';

/** Of a workspace's default agent: what it would be asked with, and why it could not be. Costs no model request. */
export async function findDefaultModel(deps: OpenChatDeps, workspaceId: string): Promise<{ provider: string | null; model: string | null; problem: string | null }> {
  const [agent, keys] = await Promise.all([getDefaultAgent(deps.db, workspaceId), deps.providerKeys.of(workspaceId)]);
  try {
    const { provider, model } = deps.models.choose(modelOf(deps, agent), keys);
    return { provider, model, problem: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'internal') throw error;
    return { ...named(modelOf(deps, agent) ?? deps.models.defaultModel(keys)), problem: error.userMessage };
  }
}

function named(id: string): { provider: string | null; model: string | null } {
  try {
    return parseModelId(id);
  } catch {
    return { provider: null, model: id };
  }
}
