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

const count = z.number().int().nonnegative();

/** The union of two documented systems: `pending` is also called `queued`, and `active` also `processing`. */
export const health = z.object({
  status: z.enum(['healthy', 'degraded']),
  sip_registered: z.boolean(),
  active_calls: count,
  queue: z.object({ enabled: z.boolean(), pending: count, queued: count, active: count, processing: count, max_concurrent: count, total_processed: count }),
  checks: z.record(z.string(), z.boolean()).meta({ description: 'Each part: whether it works.' }),
  timestamp: z.iso.datetime(),
}).meta({ id: 'Health' });

export const sipBridgeHealth = z.object({
  status: z.enum(['disabled', 'healthy', 'degraded', 'error']),
  sip_bridge: z.enum(['not_enabled', 'running', 'not_running', 'not_available', 'error']),
  message: z.string(),
}).meta({ id: 'SipBridgeHealth' });

export const sipBridgeStatus = z.object({
  enabled: z.boolean(),
  running: z.boolean(),
  active_rooms: z.array(z.string()),
  process_count: count,
  process_pids: z.record(z.string(), z.number().int()),
}).meta({ id: 'SipBridgeStatus' });

export const healthRoute = {
  openapi: { method: 'GET', path: '/health', tags: ['Health'], summary: 'Overall system health', description: 'Always 200; `/api/ready/` is the probe whose status tells.' },
  auth: 'public',
} satisfies RouteMeta;
export const sipBridgeHealthRoute = { openapi: { method: 'GET', path: '/health/sip-bridge', tags: ['Health'], summary: 'SIP bridge health' }, auth: 'public' } satisfies RouteMeta;
export const sipBridgeStatusRoute = { openapi: { method: 'GET', path: '/health/sip-bridge-status', tags: ['Health'], summary: 'Detailed SIP bridge status' }, auth: 'public' } satisfies RouteMeta;

export const healthStatusRoute = {
  openapi: { method: 'GET', path: '/api/health/status', tags: ['Health'], summary: 'Health of each part, with reasons' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export type GatewayInfo = z.infer<typeof gatewayInfo>;
export type Readiness = z.infer<typeof readiness>;
export type HealthStatus = z.infer<typeof healthStatus>;
export type Health = z.infer<typeof health>;
export type SipBridgeHealth = z.infer<typeof sipBridgeHealth>;
export type SipBridgeStatus = z.infer<typeof sipBridgeStatus>;
