import { AppError } from '../platform/errors';
import type { LiveSession } from './contract';

/** Where live sessions are: a realtime node, asked over its control API, never through the database. */
export interface LiveSessions {
  list(): Promise<(LiveSession & { workspace_id: string })[]>;
  close(sessionId: string): Promise<void>;
}

export async function findLiveSessions(source: LiveSessions, workspaceId: string): Promise<LiveSession[]> {
  const sessions = await source.list();
  return sessions.filter((session) => session.workspace_id === workspaceId);
}

export async function closeLiveSession(source: LiveSessions, options: { workspaceId: string; sessionId: string }): Promise<void> {
  const sessions = await findLiveSessions(source, options.workspaceId);
  if (!sessions.some((session) => session.session_id === options.sessionId)) throw new AppError('not_found', `Session ${options.sessionId} not found`);
  await source.close(options.sessionId);
}
