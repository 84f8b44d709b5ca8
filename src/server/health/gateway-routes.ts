import { z } from 'zod';
import { content, json } from '../api/answer';
import { routesWith } from '../api/define-route';
import type { Config } from '../platform/config';
import { gatewayInfo, liveness, readiness } from './contract';
import { gatewayInfo as effectiveInfo } from './gateway-info';
import type { ReadinessProbe } from './readiness';

/** What the gateway's routes need of the process they run in: web on the public origin, realtime on its own port. */
export interface GatewayServices {
  config: Config;
  readiness: ReadinessProbe;
  /** The Prometheus exposition. */
  metrics: () => Promise<string>;
}

const route = routesWith<GatewayServices>();
const tags = ['Gateway'];
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const REALTIME = `A WebSocket of JSON text frames. The client sends \`session.start\`, then \`input_audio_buffer.append\` with base64
PCM (s16le), \`input_audio_buffer.commit\` and \`session.close\`; the gateway answers \`session.created\`, \`status\`,
\`transcript.done\`, \`response.text.done\`, \`response.audio.delta\`, \`response.audio.done\`, \`response.done\` and \`error\`.
Clients that cannot set headers pass their key in \`?token=\`; browsers are let in by their cookie from our own pages only.`;

/** Upgrades never get here: http/upgrades.ts and realtime's gate take them. This is for those who ask without one. */
const realtime = route({
  meta: {
    openapi: { method: 'GET', path: '/api/v1/realtime', operationId: 'realtime', tags, summary: 'Realtime audio conversation (WebSocket)', description: REALTIME },
    auth: { role: 'operator', scope: 'realtime' },
  },
  query: z.object({ token: z.string().optional().meta({ description: 'A key, for clients that cannot set headers.' }) }),
  answers: {
    101: { description: 'The connection is a WebSocket now' },
    426: { description: 'This is a WebSocket: send an upgrade request', content: { 'application/json': z.object({ detail: z.string() }) } },
    502: { description: 'The realtime process does not answer' },
  },
  handle: () => json({ detail: 'This is a WebSocket: send an upgrade request' }, { status: 426, headers: { upgrade: 'websocket', connection: 'upgrade' } }),
});

const info = route({
  meta: {
    openapi: { method: 'GET', path: '/api/v1/info', operationId: 'gatewayInfo', tags, summary: 'Gateway information and effective configuration' },
    auth: { role: 'viewer', scope: 'realtime' },
  },
  answers: { 200: { description: 'Gateway information', content: { 'application/json': gatewayInfo } } },
  handle: ({ services }) => json(effectiveInfo(services.config)),
});

const live = route({
  meta: { openapi: { method: 'GET', path: '/api/live/', operationId: 'live', tags, summary: 'Liveness probe' }, auth: 'public' },
  answers: { 200: { description: 'The process serves', content: { 'application/json': liveness } } },
  handle: () => json({ status: 'ok' }),
});

const ready = route({
  meta: { openapi: { method: 'GET', path: '/api/ready/', operationId: 'ready', tags, summary: 'Readiness probe' }, auth: 'public' },
  answers: {
    200: { description: 'Every part is reachable', content: { 'application/json': readiness } },
    503: { description: 'At least one part is not', content: { 'application/json': readiness } },
  },
  handle: async ({ services }) => {
    const result = await services.readiness.check();
    return json(result, { status: result.status === 'ready' ? 200 : 503, headers: { 'cache-control': 'no-store' } });
  },
});

const metrics = route({
  meta: {
    openapi: {
      method: 'GET', path: '/api/metrics', operationId: 'metrics', tags, summary: 'Prometheus metrics',
      description: 'For keys with the scope `metrics`, and for every key or person with a role.',
    },
    auth: { role: 'viewer', scope: 'metrics' },
  },
  answers: { 200: { description: 'The text exposition format', content: { 'text/plain': z.string() } } },
  handle: async ({ services }) => content(METRICS_TYPE, await services.metrics()),
});

/** The gateway's HTTP paths. */
export const gatewayRoutes = [realtime, info, live, ready, metrics];
