import { AppError } from '../platform/errors';
import type { LiveSession } from './contract';
import type { ControlSession, CredentialHolder } from './control-contract';

/** Where live sessions are: the realtime nodes, asked over their control API, never through the database. */
export interface LiveSessions {
  list(): Promise<ControlSession[]>;
  close(sessionId: string): Promise<void>;
  /**
   * Ends every session and socket that these credentials opened, on every node, and answers how many there were. For
   * after a revocation has been stored. Throws AppError `unavailable` when a node did not answer.
   */
  closeOf(who: CredentialHolder): Promise<number>;
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
