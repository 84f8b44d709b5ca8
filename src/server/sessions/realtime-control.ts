import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../platform/errors';
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
  const authorization = `Bearer ${createHmac('sha256', options.secret.reveal()).update('control').digest('base64url')}`;
  async function ask(method: string, path: string): Promise<Response> {
    const response = await fetch(new URL(path, options.baseUrl), { method, headers: { authorization }, signal: AbortSignal.timeout(TIMEOUT_MS) })
      .catch((cause: unknown) => { throw new AppError('unavailable', 'Realtime does not answer', { cause }); });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new AppError(response.status === 404 ? 'not_found' : 'unavailable', response.status === 404 ? 'No such session' : `Realtime answered ${response.status}`);
  }
  return {
    list: async () => listed.parse(await (await ask('GET', '/control/sessions')).json()),
    close: async (sessionId) => { await (await ask('DELETE', `/control/sessions/${encodeURIComponent(sessionId)}`)).body?.cancel(); },
    metrics: async () => (await ask('GET', '/control/metrics')).text(),
  };
}
