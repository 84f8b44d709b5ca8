import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';

/** Far above what people write, and a book's chapter fits. */
export const MAX_MESSAGE_CHARACTERS = 100_000;
/** Servers take 16 KB of address and headers, and what is not ASCII grows up to ninefold in an address: that is 431 then. */
const MAX_QUERY_CHARACTERS = 8_000;
const MOST_FILES = 10;

const conversationId = z.uuid('must be a UUID').nullish().meta({ description: 'An existing conversation; a new one when absent or null.' });
const label = z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters');
const userId = label.optional().meta({ description: 'Who asks, as the client names them: a label, not an identity. `api-user` when absent; for somebody signed in, their e-mail.' });
const anyUserId = label.optional().meta({ description: 'Whose conversations; `api-user` when absent, for somebody signed in their e-mail, and `*` is everybody’s. A key with no scope but `chat` sees those that such keys began, and neither people’s nor callers’.' });

const attachment = z.object({
  media_type: z.string().max(200).meta({ description: 'As the client takes it for; the bytes decide.' }),
  data_b64: z.base64('must be base64'),
  name: z.string().max(500).optional(),
}).meta({ id: 'ChatAttachment' });

const messageText = z.string().max(MAX_MESSAGE_CHARACTERS, `must have at most ${MAX_MESSAGE_CHARACTERS} characters`);

const turn = {
  conversation_id: conversationId,
  user_id: userId,
  agent_id: z.uuid('must be a UUID').optional().meta({ description: 'Who answers; else the conversation’s agent, else the default one.' }),
  agent_slug: z.string().regex(/^[a-z0-9-]{1,100}$/, 'must be a slug: small letters, digits and -').optional().meta({ description: 'The same by its slug.' }),
  retry_message_id: z.uuid('must be a UUID').optional().meta({ description: 'The newest reply of the conversation: its question is asked again, and the new reply takes its place. `message` counts for nothing then.' }),
};
const fileIds = z.array(z.uuid('must be a UUID')).max(MOST_FILES, `must be at most ${MOST_FILES}`);

interface Asked { message?: string | undefined; retry_message_id?: string | undefined; conversation_id?: string | null | undefined }

function assertAsked(input: Asked, context: z.RefinementCtx): void {
  const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (input.retry_message_id !== undefined) {
    if (!input.conversation_id) issue('conversation_id', 'is needed with retry_message_id');
  } else if (input.message === undefined) issue('message', 'is required');
  else if (input.message.trim() === '') issue('message', 'must not be empty');
}

export const chatInput = z.object({
  message: messageText.optional().meta({ description: 'What is said; required unless `retry_message_id` is there.' }),
  ...turn,
  attachments: z.array(attachment).max(MOST_FILES, `must be at most ${MOST_FILES}`).optional().meta({ description: 'Files that belong to the message, within it.' }),
  file_ids: fileIds.optional().meta({ description: 'Files that were uploaded to this conversation before.' }),
  grace_seconds: z.int('must be a whole number').min(0, 'must be at least 0').max(30, 'must be at most 30').optional()
    .meta({ description: 'How long the answer goes on when you hang up. 0, the provider is stopped at once, is what holds without an Idempotency-Key; with one, 30, so that the same request, sent again, finds it.' }),
}).superRefine(assertAsked).meta({ id: 'ChatRequest' });

/** The same in the address, because EventSource sends nothing else. */
export const chatStreamQuery = z.object({
  message: z.string().max(MAX_QUERY_CHARACTERS, `must have at most ${MAX_QUERY_CHARACTERS} characters here; POST takes more`).optional().meta({ description: 'What is said; required for a new turn.' }),
  ...turn,
  conversation_id: z.uuid('must be a UUID').optional().meta({ description: 'An existing conversation; a new one when absent.' }),
  file_ids: z.string().max(1_000).optional().meta({ description: 'Files that were uploaded to this conversation before, with commas between.' }),
  idempotency_key: z.string().min(1).max(255).optional().meta({ description: 'As the header Idempotency-Key, which EventSource cannot send.' }),
  last_event_id: z.string().max(100).optional().meta({ description: 'As the header Last-Event-ID: go on behind this event.' }),
});

export const tokenUsage = z.object({
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cached_tokens: z.number().int(),
}).meta({ id: 'TokenUsage' });

const replyStatus = z.enum(['complete', 'interrupted', 'failed']);

export const chatOutput = z.object({
  message_id: z.uuid(),
  content: z.string(),
  conversation_id: z.uuid(),
  response_time_ms: z.number(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  turn_id: z.uuid(),
  user_message_id: z.uuid(),
  status: replyStatus.meta({ description: 'Always `complete`: an answer that was stopped or failed is an error, also when its request is sent again.' }),
  usage: tokenUsage.nullable(),
  cost_usd: z.number().nullable().meta({ description: 'Null: nobody knows the price.' }),
}).meta({ id: 'ChatResponse' });

export const listConversationsInput = z.object({
  user_id: anyUserId,
  limit: z.number().int().min(1, 'must be 1 to 200').max(200, 'must be 1 to 200').default(50),
});

const summary = {
  id: z.uuid(),
  title: z.string().nullable(),
  message_count: z.number().int(),
  provider: z.string().nullable().meta({ description: 'Who answered last.' }),
  model: z.string().nullable(),
  channel: z.enum(['device', 'browser', 'chat', 'phone']),
  agent_id: z.uuid().nullable(),
};

export const listConversationsOutput = z.array(z.object({ ...summary, last_activity: z.iso.datetime(), user_id: z.string() }).meta({ id: 'AiConversation' }));

export const getConversationInput = z.object({ conversation_id: z.string(), user_id: anyUserId });

export const getConversationOutput = z.object({
  ...summary,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  messages: z.array(z.object({
    id: z.uuid(),
    role: z.enum(['user', 'assistant']),
    content: z.string(),
    timestamp: z.iso.datetime(),
    status: replyStatus,
    metadata: z.looseObject({}),
  }).meta({ id: 'AiMessage' })),
  metadata: z.looseObject({ user_id: z.string(), last_response_time_ms: z.number().nullable() }),
}).meta({ id: 'AiConversationDetail' });

export const aiHealth = z.object({
  service: z.literal('ai'),
  status: z.enum(['healthy', 'unhealthy', 'error']),
  enabled: z.boolean(),
  provider: z.string().nullable().meta({ description: 'Of the default agent.' }),
  model: z.string().nullable(),
  agent_ready: z.boolean(),
  total_conversations: z.number().int(),
  configuration_valid: z.boolean(),
  validation_errors: z.array(z.string()),
}).meta({ id: 'AiHealth' });

export const aiVersion = z.object({
  service: z.literal('ai'),
  engine: z.string(),
  version: z.string(),
  features: z.array(z.string()),
  providers_supported: z.array(z.string()),
}).meta({ id: 'AiVersion' });

export const runningTurnsInput = z.object({ conversation_id: z.uuid('must be a UUID') });

export const runningTurnsOutput = z.object({
  turns: z.array(z.object({
    turn_id: z.uuid(),
    message_id: z.uuid().meta({ description: 'The reply’s.' }),
    user_message_id: z.uuid(),
    agent_id: z.uuid(),
    started_at: z.iso.datetime(),
  }).meta({ id: 'RunningTurn' })).meta({ description: 'Oldest first: the first is being answered, the others wait.' }),
}).meta({ id: 'RunningTurns' });

export const stopTurnInput = z.object({
  turn_id: z.uuid('must be a UUID').optional(),
  idempotency_key: z.string().min(1).max(255).optional().meta({ description: 'The same by the key that its request was sent with, for who has not heard of its id yet; counts for nothing beside `turn_id`.' }),
}).superRefine((input, context) => {
  if (input.turn_id === undefined && input.idempotency_key === undefined) context.addIssue({ code: 'custom', path: ['turn_id'], message: 'is needed, or idempotency_key' });
}).meta({ id: 'StopTurn' });

export const stopTurnOutput = z.object({ stopped: z.boolean().meta({ description: 'False: no such turn is running. When the answer comes, what was written is stored.' }) }).meta({ id: 'StoppedTurn' });

const TAG = ['AI service'];
const EVENTS = `Server-sent events: \`connect\`, then \`tool\` and \`chunk\` as they come, then \`final\` with the whole answer and \`complete\`; or
\`error\`, which ends the stream: of the kind \`cancelled\` when the answer was stopped, with what was written of it as \`content\`. Every event has an id.`;
const FAILURES = ['not_found', 'conflict', 'payload_too_large', 'unsupported_media_type', 'rate_limited', 'quota_exceeded', 'upstream_unavailable', 'unavailable'] as const;
const CHATTING = { role: 'operator', scope: 'chat', openNetworks: true } as const;
const READING = { role: 'viewer', scope: 'chat', openNetworks: true } as const;
const REQUEST = { message: 'Explain FastAPI in one sentence', user_id: 'my-user' };

export const chatRoute = {
  openapi: { method: 'POST', path: '/ai/chat', operationId: 'aiChat', tags: TAG, summary: 'Send a message and wait for the whole answer', description: 'With the header `Idempotency-Key` a request that is sent again is not answered twice: it gets the first one’s answer.' },
  auth: CHATTING,
  errors: [...FAILURES, 'cancelled'],
  examples: { request: REQUEST },
} satisfies RouteMeta;

export const chatStreamRoute = {
  openapi: { method: 'POST', path: '/ai/chat/stream', operationId: 'aiChatStream', tags: TAG, summary: 'Send a message and get the answer as it is written', description: `${EVENTS} Hanging up stops the provider at once; with the header \`Idempotency-Key\`, after \`grace_seconds\`.` },
  auth: CHATTING,
  errors: FAILURES,
  examples: { request: REQUEST },
} satisfies RouteMeta;

export const chatEventSourceRoute = {
  openapi: { method: 'GET', path: '/ai/chat/stream', operationId: 'aiChatEventSource', tags: TAG, summary: 'The same for EventSource', description: `${EVENTS} Whoever reconnects with \`Last-Event-ID\` gets what they missed, and the turn never runs again: when there is nothing left to tell, the answer is 204.` },
  auth: CHATTING,
  errors: FAILURES,
} satisfies RouteMeta;

export const runningTurnsRoute = {
  openapi: {
    method: 'GET', path: '/ai/chat/running', tags: TAG, summary: 'What is being answered in a conversation',
    description: 'Of your own turns. Listen to one from its beginning with `GET /ai/chat/stream` and the header `Last-Event-ID: <turn_id>.0`.',
  },
  auth: READING,
} satisfies RouteMeta;

export const stopTurnRoute = {
  openapi: { method: 'POST', path: '/ai/chat/stop', tags: TAG, summary: 'Stop an answer', description: 'For turns that go on when you hang up, as those with an Idempotency-Key do. What was written is kept.' },
  auth: CHATTING,
} satisfies RouteMeta;

export const listConversationsRoute = {
  openapi: { method: 'GET', path: '/ai/conversations', tags: TAG, summary: 'The conversations of a user, newest first', description: 'Of every channel, once something was said in them.' },
  auth: READING,
} satisfies RouteMeta;

export const getConversationRoute = {
  openapi: { method: 'GET', path: '/ai/conversations/{conversation_id}', tags: TAG, summary: 'A conversation with what was said' },
  auth: READING,
  errors: ['not_found', 'invalid_input'],
} satisfies RouteMeta;

export const aiHealthRoute = {
  openapi: { method: 'GET', path: '/ai/health', tags: TAG, summary: 'Whether the AI service can answer' },
  auth: 'public',
  limit: { max: 120, windowSeconds: 60 }, // it counts rows
} satisfies RouteMeta;

export const aiVersionRoute = {
  openapi: { method: 'GET', path: '/ai/version', tags: TAG, summary: 'What the AI service is able to do' },
  auth: 'public',
} satisfies RouteMeta;

export type ChatInput = z.infer<typeof chatInput>;
export type ChatOutput = z.infer<typeof chatOutput>;
export type RunningTurns = z.infer<typeof runningTurnsOutput>;
export type StopTurn = z.infer<typeof stopTurnInput>;
export type StoppedTurn = z.infer<typeof stopTurnOutput>;
export type AiHealth = z.infer<typeof aiHealth>;
export type AiConversations = z.infer<typeof listConversationsOutput>;
export type AiConversationDetail = z.infer<typeof getConversationOutput>;
