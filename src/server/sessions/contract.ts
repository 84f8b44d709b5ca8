import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';
import { channel } from '../conversations/contract';

export const liveSession = z.object({
  session_id: z.string(),
  conversation_id: z.string(),
  agent_name: z.string(),
  user_label: z.string(),
  channel,
  state: z.string().meta({ description: 'listening, transcribing, thinking or speaking' }),
  started_at: z.string(),
  turns: z.number().int(),
}).meta({ id: 'LiveSession' });

export const liveSessions = z.object({ sessions: z.array(liveSession), total: z.number().int() }).meta({ id: 'LiveSessions' });
export const closeSessionInput = z.object({ session_id: z.string().min(1).max(64) });
export const closedSession = z.object({ session_id: z.string(), closed: z.boolean() }).meta({ id: 'ClosedSession' });

export const listSessionsRoute = {
  openapi: { method: 'GET', path: '/api/sessions', tags: ['Sessions'], summary: 'Live sessions' },
  auth: { role: 'viewer' },
  errors: ['unavailable'],
} satisfies RouteMeta;

export const closeSessionRoute = {
  openapi: { method: 'DELETE', path: '/api/sessions/{session_id}', tags: ['Sessions'], summary: 'End a live session' },
  auth: { role: 'operator' },
  errors: ['not_found', 'unavailable'],
} satisfies RouteMeta;

export type LiveSession = z.infer<typeof liveSession>;
