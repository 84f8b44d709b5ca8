import { z } from 'zod';
import { CONTROL_PATHS, controlToken } from '../nodes/control-contract';
import { AppError } from '../platform/errors';
import { internalRequest } from '../platform/internal-request';
import type { Secret } from '../platform/secret';
import { liveSession } from './contract';
import type { LiveSessions } from './live-sessions';

const TIMEOUT_MS = 3_000;
const listed = z.array(liveSession.extend({ workspace_id: z.string() }));

export interface RealtimeControl extends LiveSessions {
  /** Realtime's own exposition. */
  metrics(): Promise<string>;
}

/** Realtime's control API, as web uses it. */
export function createRealtimeControl(options: { baseUrl: string; secret: Secret }): RealtimeControl {
  const headers = { authorization: `Bearer ${controlToken(options.secret)}` };
  async function ask(method: string, path: string): Promise<string> {
    const answer = await internalRequest(new URL(path, options.baseUrl), { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
      .catch((cause: unknown) => { throw new AppError('unavailable', 'Realtime does not answer', { cause }); });
    if (answer.status >= 200 && answer.status < 300) return answer.text;
    if (answer.status === 404) throw new AppError('not_found', 'No such session');
    throw new AppError('unavailable', `Realtime answered ${answer.status}`);
  }
  return {
    list: async () => listed.parse(JSON.parse(await ask('GET', CONTROL_PATHS.sessions))),
    close: async (sessionId) => { await ask('DELETE', `${CONTROL_PATHS.sessions}/${encodeURIComponent(sessionId)}`); },
    metrics: () => ask('GET', CONTROL_PATHS.metrics),
  };
}
