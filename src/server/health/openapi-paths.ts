import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { gatewayInfo, liveness, readiness } from './contract';

const errorResponse = (description: string) => ({ description, content: { 'application/json': { schema: z.object({ detail: z.string() }) } } });
const json = (description: string, schema: z.ZodType) => ({ description, content: { 'application/json': { schema } } });
const operation = (operationId: string, summary: string, rest: Omit<ZodOpenApiOperationObject, 'operationId' | 'summary' | 'tags'>): ZodOpenApiOperationObject =>
  ({ operationId, summary, tags: ['Gateway'], ...rest });

const REALTIME = `A WebSocket of JSON text frames. The client sends \`session.start\`, then \`input_audio_buffer.append\` with base64
PCM (s16le), \`input_audio_buffer.commit\` and \`session.close\`; the gateway answers \`session.created\`, \`status\`,
\`transcript.done\`, \`response.text.done\`, \`response.audio.delta\`, \`response.audio.done\`, \`response.done\` and \`error\`.
Clients that cannot set headers pass their key in \`?token=\`; browsers are let in by their cookie from our own pages only.`;

/** The routes of http/gateway-routes.ts, which are no procedures because they answer on realtime's own port too. */
export const gatewayPaths = {
  '/api/v1/realtime': {
    get: operation('realtime', 'Realtime audio conversation (WebSocket)', {
      description: REALTIME,
      requestParams: { query: z.object({ token: z.string().optional().meta({ description: 'An API key, for clients that cannot set headers.' }) }) },
      responses: {
        '101': { description: 'The connection is a WebSocket now' },
        '401': errorResponse('No credentials, or ones that do not count any more'),
        '403': errorResponse('These credentials may not do this, or a page of another origin asked'),
        '426': errorResponse('This is a WebSocket: send an upgrade request'),
        '502': { description: 'The realtime process does not answer' },
      },
    }),
  },
  '/api/v1/info': { get: operation('gatewayInfo', 'Gateway information and effective configuration', {
    responses: {
      '200': json('Gateway information', gatewayInfo),
      '401': errorResponse('No credentials, or ones that do not count any more'),
      '403': errorResponse('These credentials may not do this'),
    },
  }) },
  '/api/live/': { get: operation('live', 'Liveness probe', { responses: { '200': json('The process serves', liveness) }, security: [] }) },
  '/api/ready/': { get: operation('ready', 'Readiness probe', {
    responses: { '200': json('Every part is reachable', readiness), '503': json('At least one part is not', readiness) }, security: [],
  }) },
  '/api/metrics': { get: operation('metrics', 'Prometheus metrics', {
    description: 'For keys with the scope `metrics`, and for every key or person with a role.',
    responses: {
      '200': { description: 'The text exposition format', content: { 'text/plain': { schema: z.string() } } },
      '401': errorResponse('No credentials, or ones that do not count any more'),
      '403': errorResponse('These credentials may not do this'),
    },
  }) },
  '/api/docs': { get: operation('docs', 'This document, to be read and tried', {
    responses: { '200': { description: 'A page', content: { 'text/html': { schema: z.string() } } } }, security: [],
  }) },
  '/api/openapi.json': { get: operation('openapi', 'This document', {
    responses: { '200': { description: 'An OpenAPI 3.1 document', content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } } } }, security: [],
  }) },
} satisfies ZodOpenApiPathsObject;
