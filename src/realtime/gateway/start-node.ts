import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { Authenticator } from '@/server/auth/authenticate';
import type { Principal } from '@/server/auth/principal';
import type { CallControl } from '@/server/calls/call-control';
import type { ReadinessProbe } from '@/server/health/readiness';
import type { Config } from '@/server/platform/config';
import type { Secret } from '@/server/platform/secret';
import type { RealtimeMetrics } from '../metrics/realtime-metrics';
import type { AgentDirectory, SessionAgent } from '../ports';
import { Connection } from '../session/connection';
import type { NodeDeps } from '../session/session-deps';
import { SessionRegistry } from '../session/session-registry';
import type { SessionScript } from '../session/session-script';
import type { Transport } from '../transport/transport';
import { buildGateway } from './build-gateway';
import { LiveClients } from './live-clients';
import { openUpgradeGate, type GateLimits } from './upgrade-gate';

export interface NodeOptions {
  nodeId: string;
  config: Config;
  secret: Secret;
  deps: NodeDeps & { metrics: RealtimeMetrics };
  agents: AgentDirectory;
  authenticator: Authenticator;
  readiness: ReadinessProbe;
  registry: Registry;
  openapi(): object | Promise<object>;
  /** The node's telephone calls, for the control API. */
  calls?: CallControl;
  /** A device was here until now. */
  onDeviceLeft?(deviceId: string): void;
  limits?: Partial<GateLimits>;
}

export interface TalkOptions {
  /** Speaks through the session from its start: a message to tell, a handle for those who want to say something later. */
  script?: SessionScript;
  /** Who answers, loaded before: the session asks the directory no more. */
  agent?: SessionAgent;
  /** The key that pays for a call that was placed with one. */
  apiKeyId?: string | null;
}

export interface RealtimeNode {
  url: string;
  sessions: SessionRegistry;
  /** Holds a conversation over a transport that did not come in by WebSocket: a telephone call. */
  talk(transport: Transport, principal: Principal, options?: TalkOptions): void;
  /** Refuses newcomers, lets running replies finish for `limitMs`, ends every session and closes the port. */
  drain(limitMs: number): Promise<void>;
}

/** One realtime node, listening: the gateway's HTTP paths, its WebSocket and the control API on one port. */
export async function startNode(options: NodeOptions): Promise<RealtimeNode> {
  const { config, secret, deps, agents, authenticator, nodeId } = options;
  const sessions = new SessionRegistry({ maxSessions: config.realtime.maxSessions });
  const clients = new LiveClients(() => deps.clock.monotonic());
  const metrics = () => options.registry.metrics();
  const app = await buildGateway({
    config, authenticator, metrics, logger: deps.logger, readiness: options.readiness, openapi: options.openapi,
    control: { secret, sessions, calls: options.calls, metrics, closeOf: (who) => clients.closeOf(who) },
  });
  const connectionOf = ({ transport, principal, script, agent, apiKeyId = null }: { transport: Transport; principal: Principal } & TalkOptions) =>
    new Connection({ transport, principal, agents: agent ? { find: () => Promise.resolve(agent) } : agents, nodeId, node: deps, registry: sessions, defaultSampleRate: config.gateway.sampleRate, apiKeyId, ...(script ? { script } : {}) });
  const gate = openUpgradeGate(app.server, {
    authenticator, secret, clock: deps.clock, logger: deps.logger, ...(options.limits ? { limits: options.limits } : {}),
    isDraining: () => sessions.draining,
    clients,
    accept: connectionOf,
    onOpened: () => deps.metrics.socketOpened(),
    onClosed: (principal) => { deps.metrics.socketClosed(); if (principal.kind === 'device') options.onDeviceLeft?.(principal.id); },
    onSlowConsumer: () => deps.metrics.slowConsumerDropped(),
  });

  const { host, port } = config.realtime;
  await app.listen({ host, port });
  return {
    url: baseUrl(app.server.address() as AddressInfo, config),
    sessions,
    talk: (transport, principal, talk = {}) => transport.listen(connectionOf({ ...talk, transport, principal })),
    async drain(limitMs) {
      await sessions.drain(limitMs);
      await gate.close();
      await app.close();
    },
  };
}

/** Where the other processes of this machine reach the node, which a wildcard address does not say. */
function baseUrl({ address, port, family }: AddressInfo, config: Config): string {
  const wildcard = address === '0.0.0.0' || address === '::';
  const host = wildcard ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `${config.web.tls ? 'https' : 'http'}://${host}:${port}`;
}
