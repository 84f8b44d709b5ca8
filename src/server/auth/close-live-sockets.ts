import type { Context } from '../api/context';
import type { LiveSessions } from '../sessions/live-sessions';

/**
 * After a revocation is stored: what these credentials opened ends too. Best effort, because the revocation stands
 * whether or not a realtime node answers just now.
 */
export async function closeLiveSockets(ctx: Pick<Context, 'log' | 'forget'> & { services: { sessions: Pick<LiveSessions, 'closeOf'> } }, who: Parameters<LiveSessions['closeOf']>[0]): Promise<void> {
  ctx.forget(who);
  try {
    await ctx.services.sessions.closeOf(who);
  } catch (error) {
    ctx.log.warn({ err: error }, 'live sessions of revoked credentials could not be closed');
  }
}
