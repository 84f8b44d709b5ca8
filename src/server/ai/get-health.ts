import { asc } from 'drizzle-orm';
import type { Services } from '../api/context';
import { conversations } from '../conversations/tables';
import { AppError } from '../platform/errors';
import { workspaces } from '../workspaces/tables';
import type { AiHealth } from './contract';

const NOTHING = { provider: null, model: null, agent_ready: false, total_conversations: 0 } as const;

/** As it is for who names no agent: the first workspace's default one. Answers whatever is wrong; that is what it is for. */
export async function getHealth({ db, config, chat }: Pick<Services, 'db' | 'config' | 'chat'>): Promise<AiHealth> {
  const { enabled } = config.ai;
  try {
    const [workspace] = await db.select({ id: workspaces.id }).from(workspaces).orderBy(asc(workspaces.createdAt)).limit(1);
    const [answering, total] = await Promise.all([workspace ? chat.defaultModel(workspace.id) : null, db.$count(conversations)]);
    const problem = answering?.problem ?? null;
    const isSetUp = !enabled || problem === null;
    return {
      service: 'ai', status: enabled && answering && isSetUp ? 'healthy' : 'unhealthy', enabled,
      provider: answering?.provider ?? null, model: answering?.model ?? null, agent_ready: enabled && answering !== null && isSetUp,
      total_conversations: total, configuration_valid: isSetUp, validation_errors: problem === null ? [] : [problem],
    };
  } catch (error) {
    const words = error instanceof AppError && error.kind !== 'internal' ? error.userMessage : 'The database is not available';
    return { service: 'ai', status: 'error', enabled, ...NOTHING, configuration_valid: false, validation_errors: [words] };
  }
}
