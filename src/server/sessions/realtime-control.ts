import { z } from 'zod';
import type { CallControl } from '../calls/call-control';
import { AppError } from '../platform/errors';
import { internalRequest } from '../platform/internal-request';
import type { Secret } from '../platform/secret';
import { closedOf, CONTROL_PATHS, controlSession, controlToken } from './control-contract';
import type { LiveSessions } from './live-sessions';

const TIMEOUT_MS = 3_000;
const listed = z.array(controlSession);

export interface RealtimeControl extends LiveSessions, CallControl {
  /** The exposition of this machine's node. */
  metrics(): Promise<string>;
}

export interface RealtimeControlOptions {
  /** This machine's node. */
  baseUrl: string;
  secret: Secret;
  /** Control addresses of all nodes that live; asked each time. Without it, or without an answer, there is this machine's. */
  nodeAddresses?: () => Promise<string[]>;
  /** For each answer. */
  timeoutMs?: number;
}

/** The control API of the realtime nodes, as web uses it. */
export function createRealtimeControl({ baseUrl, secret, nodeAddresses, timeoutMs = TIMEOUT_MS }: RealtimeControlOptions): RealtimeControl {
  const headers = { authorization: `Bearer ${controlToken(secret)}` };

  async function ask(node: string, method: string, path: string, body?: object): Promise<string> {
    const answer = await internalRequest(new URL(path, node), {
      method, signal: AbortSignal.timeout(timeoutMs), ...(body ? { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) } : { headers }),
    }).catch((cause: unknown) => { throw new AppError('unavailable', 'Realtime does not answer', { cause }); });
    if (answer.status >= 200 && answer.status < 300) return answer.text;
    if (answer.status === 404) throw new AppError('not_found', 'No such session');
    if (answer.status === 409) throw new AppError('conflict', detailOf(answer.text));
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

  /** One node holds what is meant, the others answer that they do not. */
  async function askWhoHolds(method: string, path: string, body?: object): Promise<void> {
    const { answers, failures } = await askAll((node) => ask(node, method, path, body));
    if (answers.length > 0) return;
    throw failures.find((failure) => !(failure instanceof AppError && failure.kind === 'not_found')) ?? failures[0];
  }

  const callPath = (id: string) => `${CONTROL_PATHS.calls}/${encodeURIComponent(id)}`;

  return {
    async list() {
      const { answers, failures } = await askAll(async (node) => listed.parse(JSON.parse(await ask(node, 'GET', CONTROL_PATHS.sessions))));
      if (answers.length === 0) throw failures[0];
      return answers.flat();
    },
    close: (sessionId) => askWhoHolds('DELETE', `${CONTROL_PATHS.sessions}/${encodeURIComponent(sessionId)}`),
    speak: (id, message) => askWhoHolds('POST', `${callPath(id)}/speak`, { message }),
    hangUp: (id) => askWhoHolds('DELETE', callPath(id)),
    async closeOf(who) {
      const { answers, failures } = await askAll(async (node) => closedOf.parse(JSON.parse(await ask(node, 'POST', CONTROL_PATHS.close, who))).closed);
      if (failures.length > 0) throw failures[0];
      return answers.reduce((sum, closed) => sum + closed, 0);
    },
    metrics: () => ask(baseUrl, 'GET', CONTROL_PATHS.metrics),
  };
}

function detailOf(text: string): string {
  const parsed = z.object({ detail: z.string() }).safeParse(parseJson(text));
  return parsed.success ? parsed.data.detail : 'That is not possible now';
}

function parseJson(text: string): unknown {
  try { return JSON.parse(text); } catch { return null; }
}
