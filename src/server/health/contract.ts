import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';

export const gatewayInfo = z.object({
  name: z.string(),
  version: z.string(),
  endpoints: z.object({ realtime: z.string(), live: z.string(), ready: z.string(), metrics: z.string() }),
  config: z.object({
    stt_url: z.string(),
    tts_url: z.string(),
    agent_url: z.string(),
    stt_model: z.string(),
    tts_model: z.string(),
    tts_voice: z.string(),
    audio_sample_rate: z.number().int(),
    audio_channels: z.number().int(),
    audio_sample_width: z.number().int(),
  }),
}).meta({ id: 'GatewayInfo' });

export const liveness = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });

export const readiness = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.record(z.string(), z.boolean()),
}).meta({ id: 'Readiness' });

/** What the console shows of each part; the reason is for people who operate Parley, never on the public probe. */
export const healthStatus = z.object({
  status: z.enum(['ready', 'not_ready']),
  parts: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().nullable(), latency_ms: z.number() })),
  version: z.string(),
  started_at: z.iso.datetime(),
  live_sessions: z.number().int().nullable(),
}).meta({ id: 'HealthStatus' });

export const healthStatusRoute = {
  openapi: { method: 'GET', path: '/api/health/status', tags: ['Health'], summary: 'Health of each part, with reasons' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export type GatewayInfo = z.infer<typeof gatewayInfo>;
export type Readiness = z.infer<typeof readiness>;
export type HealthStatus = z.infer<typeof healthStatus>;
