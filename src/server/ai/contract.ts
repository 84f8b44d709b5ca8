import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';

/** Far above what people write, and a book's chapter fits. */
export const MAX_MESSAGE_CHARACTERS = 100_000;

const conversationId = z.uuid('must be a UUID').nullish().meta({ description: 'An existing conversation; a new one when absent or null.' });
const userId = z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters').optional()
  .meta({ description: 'Who asks, as the client names them: a label, not an identity. `api-user` when absent; for somebody signed in, their e-mail.' });

const turn = {
  message: z.string().max(MAX_MESSAGE_CHARACTERS, `must have at most ${MAX_MESSAGE_CHARACTERS} characters`).refine((text) => text.trim() !== '', 'must not be empty'),
  conversation_id: conversationId,
  user_id: userId,
  agent_id: z.uuid('must be a UUID').optional().meta({ description: 'Who answers; else the conversation’s agent, else the default one.' }),
  agent_slug: z.string().min(1).max(100).optional().meta({ description: 'The same by its slug.' }),
};

export const chatInput = z.object(turn).meta({ id: 'ChatRequest' });

export const tokenUsage = z.object({
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cached_tokens: z.number().int(),
}).meta({ id: 'TokenUsage' });

export const chatOutput = z.object({
  message_id: z.uuid(),
  content: z.string(),
  conversation_id: z.uuid(),
  response_time_ms: z.number(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  turn_id: z.uuid(),
  user_message_id: z.uuid(),
  usage: tokenUsage.nullable(),
}).meta({ id: 'ChatResponse' });

const FAILURES = ['not_found', 'conflict', 'rate_limited', 'upstream_unavailable', 'unavailable'] as const;

export const chatRoute = {
  openapi: { method: 'POST', path: '/ai/chat', operationId: 'aiChat', tags: ['AI service'], summary: 'Send a message and wait for the whole answer' },
  auth: { role: 'operator', scope: 'chat', openNetworks: true },
  errors: FAILURES,
  examples: {
    request: { message: 'Explain FastAPI in one sentence', user_id: 'my-user' },
  },
} satisfies RouteMeta;

export type ChatInput = z.infer<typeof chatInput>;
export type ChatOutput = z.infer<typeof chatOutput>;
