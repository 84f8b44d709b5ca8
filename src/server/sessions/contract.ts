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

/** POST asks for a conversation, a WebSocket holds it. */
export const CONVERSATION_PATH = '/api/conversation/stream';

export const negotiatedConversation = z.object({
  conversation_id: z.uuid(),
  session_id: z.uuid(),
  websocket_url: z.string().meta({ description: 'Usable as it is; clients that can set headers may send the token in Authorization instead.' }),
  token: z.string().meta({ description: 'Opens this conversation and nothing else, also after a lost connection.' }),
  expires_at: z.iso.datetime().meta({ description: 'Until then the token connects; what is connected stays.' }),
}).meta({ id: 'NegotiatedConversation' });

export const negotiateWithAgentInput = z.object({ agent_id: z.string() });
export const negotiateInput = z.object({ agent_id: z.uuid('must be the id of an agent').nullish().meta({ description: 'The default agent when absent.' }) });

export const conversationStatusInput = z.object({
  conversation_id: z.string().optional(),
  session_id: z.string().optional(),
});

export const conversationStatus = z.object({
  conversation_id: z.string().nullable(),
  session_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  status: z.enum(['active', 'ended', 'none']),
  state: z.enum(['listening', 'transcribing', 'thinking', 'speaking']).nullable(),
  started_at: z.iso.datetime().nullable(),
  active_conversations: z.number().int().meta({ description: 'Live voice conversations of the workspace.' }),
}).meta({ id: 'ConversationStatus' });

const TALK = 'A WebSocket of its own: the answer says where, and carries a token for it. Nothing is stored before somebody connects.';

export const negotiateWithAgentRoute = {
  openapi: { method: 'GET', path: '/api/agents/{agent_id}/conversation', tags: ['Conversations'], summary: 'Start a conversation with an agent', description: TALK },
  auth: { role: 'operator', scope: 'realtime' },
  errors: ['not_found', 'conflict'],
} satisfies RouteMeta;

export const negotiateRoute = {
  openapi: { method: 'POST', path: CONVERSATION_PATH, tags: ['Conversations'], summary: 'Start a streaming conversation (WebSocket)', description: TALK },
  auth: { role: 'operator', scope: 'realtime' },
  errors: ['not_found', 'conflict'],
} satisfies RouteMeta;

export const conversationStatusRoute = {
  openapi: {
    method: 'GET', path: '/api/conversation/status', tags: ['Conversations'], summary: 'Get conversation status',
    description: 'Of the conversation or session that is named; without either, of the caller’s newest live conversation. What is not there, or not yours, is `none`.',
  },
  auth: { role: 'viewer', scope: 'realtime' },
} satisfies RouteMeta;

export type NegotiatedConversation = z.infer<typeof negotiatedConversation>;
export type ConversationStatus = z.infer<typeof conversationStatus>;
export type LiveSession = z.infer<typeof liveSession>;
