import { z } from 'zod';
import { AppError } from '../platform/errors';
import { internalRequest } from '../platform/internal-request';
import type { Secret } from '../platform/secret';
import { closedOf, CONTROL_PATHS, controlSession, controlToken } from './control-contract';
import type { LiveSessions } from './live-sessions';

const TIMEOUT_MS = 3_000;
const listed = z.array(controlSession);

export interface RealtimeControl extends LiveSessions {
  /** The exposition of this machine's node. */
  metrics(): Promise<string>;
}

export interface RealtimeControlOptions {
  /** This machine's node. */
  baseUrl: string;
  secret: Secret;
  /** Control addresses of all nodes that live; asked each time. Without it, or without an answer, there is this machine's. */
  nodeAddresses?: () => Promise<string[]>;
}

/** The control API of the realtime nodes, as web uses it. */
export function createRealtimeControl({ baseUrl, secret, nodeAddresses }: RealtimeControlOptions): RealtimeControl {
  const headers = { authorization: `Bearer ${controlToken(secret)}` };

  async function ask(node: string, method: string, path: string, body?: object): Promise<string> {
    const answer = await internalRequest(new URL(path, node), {
      method, signal: AbortSignal.timeout(TIMEOUT_MS), ...(body ? { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) } : { headers }),
    }).catch((cause: unknown) => { throw new AppError('unavailable', 'Realtime does not answer', { cause }); });
    if (answer.status >= 200 && answer.status < 300) return answer.text;
    if (answer.status === 404) throw new AppError('not_found', 'No such session');
    throw new AppError('unavailable', `Realtime answered ${answer.status}`);
  }

  const nodes = async (): Promise<string[]> => {
    const known = (await nodeAddresses?.().catch(() => [])) ?? [];
    return known.length > 0 ? known : [baseUrl];
  };

  /** A node that has just died has a lease for some seconds more: what the others say counts, unless nobody says anything. */
  async function askAll<T>(one: (node: string) => Promise<T>): Promise<{ answers: T[]; failures: unknown[] }> {
    const results = await Promise.allSettled((await nodes()).map(one));
    return {
      answers: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
      failures: results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])),
    };
  }

  return {
    async list() {
      const { answers, failures } = await askAll(async (node) => listed.parse(JSON.parse(await ask(node, 'GET', CONTROL_PATHS.sessions))));
      if (answers.length === 0) throw failures[0];
      return answers.flat();
    },
    async close(sessionId) {
      const { answers, failures } = await askAll((node) => ask(node, 'DELETE', `${CONTROL_PATHS.sessions}/${encodeURIComponent(sessionId)}`));
      if (answers.length > 0) return;
      throw failures.find((failure) => !(failure instanceof AppError && failure.kind === 'not_found')) ?? failures[0];
    },
    async closeOf(who) {
      const { answers, failures } = await askAll(async (node) => closedOf.parse(JSON.parse(await ask(node, 'POST', CONTROL_PATHS.close, who))).closed);
      if (failures.length > 0) throw failures[0];
      return answers.reduce((sum, closed) => sum + closed, 0);
    },
    metrics: () => ask(baseUrl, 'GET', CONTROL_PATHS.metrics),
  };
}
