import { EXTERNAL_MODEL } from '../llm';
import type { Config, SpeechServer } from '../platform/config';
import type { Sql } from '../platform/db/client';
import { internalRequest } from '../platform/internal-request';
import type { ReadinessCheck } from './readiness';

export const databaseCheck = (sql: Sql): ReadinessCheck => async () => { await sql`select 1`; };

/** Some worker, on whichever machine, holds its lease. One that was killed counts until its lease has run out. */
export const workerCheck = (sql: Sql): ReadinessCheck => async () => {
  const [live] = await sql`select from nodes where kind = 'worker' and lease_expires_at > now() limit 1`;
  if (!live) throw new Error('no worker holds a lease');
};

/** `fetch failed` says nothing to an operator; the reason sits in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error && cause.message ? cause.message : ((cause as { code?: string } | undefined)?.code ?? error.message);
}

async function reach(url: string, signal: AbortSignal, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { signal, headers, redirect: 'manual' }).catch((error: unknown) => { throw new Error(`${new URL(url).origin}: ${reason(error)}`); });
  await response.body?.cancel();
  return response.status;
}

/**
 * A speech server is up when its model list answers. Servers without that route answer 404 and count as up:
 * they are reachable, which is what the probe promises. A refused key does not count: nothing would work.
 */
async function speechServerUp({ url: base, apiKey }: Pick<SpeechServer, 'url' | 'apiKey'>, signal: AbortSignal): Promise<void> {
  const url = `${base.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/models`;
  const status = await reach(url, signal, apiKey ? { authorization: `Bearer ${apiKey.reveal()}` } : {});
  if (status >= 500 || status === 401 || status === 403) throw new Error(`${new URL(base).origin} answered ${status}`);
}

/** One of several is enough: that is what the fallback is for. */
export const speechCheck = (servers: readonly Pick<SpeechServer, 'url' | 'apiKey'>[]): ReadinessCheck => async (signal) => {
  if (servers.length === 0) throw new Error('the speech process has not started');
  const tried = await Promise.allSettled(servers.map((server) => speechServerUp(server, signal)));
  if (tried.some((one) => one.status === 'fulfilled')) return;
  throw new Error(tried.map((one) => (one.status === 'rejected' ? reason(one.reason) : '')).join('; '));
};

/** What the gateway's default agent would need: its model's key, or the external agent's answer. */
export const agentCheck = (brain: { check(model?: string | null, signal?: AbortSignal): Promise<void> }, config: Pick<Config, 'gateway'>): ReadinessCheck =>
  (signal) => brain.check(config.gateway.agentUrl === undefined ? null : EXTERNAL_MODEL, signal);

export const realtimeCheck = (baseUrl: string): ReadinessCheck => async (signal) => {
  const { status } = await internalRequest(`${baseUrl}/api/live/`, { signal });
  if (status !== 200) throw new Error(`realtime answered ${status}`);
};
