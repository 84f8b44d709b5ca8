import { z } from 'zod';
import { moment, page, searchWords, storable } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';
import { conversationUsage, turnUsage } from '../usage/contract';
import type { Channel, MessageRole, MessageStatus } from './tables';

export const channel = z.enum(['device', 'browser', 'chat', 'phone'] as const satisfies readonly Channel[]);
export const conversationStatus = z.enum(['active', 'ended']);

export const turnTrace = z.object({
  traceparent: z.string(),
  endpointMs: z.number().nullable(),
  sttMs: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  firstAudioMs: z.number().nullable(),
  firstSentMs: z.number().nullable(),
  totalMs: z.number().nullable(),
  speechMs: z.number().optional(),
  playedMs: z.number().optional(),
}).meta({ id: 'TurnTrace', description: 'Where the time of one turn went; the parts add up to totalMs.' });

export const toolCall = z.object({
  id: z.string(),
  name: z.string(),
  label: z.string().optional().meta({ description: 'For people, as it was shown while it ran.' }),
  args: z.record(z.string(), z.unknown()),
  result: z.unknown().optional(),
  error: z.string().optional(),
  durationMs: z.number().optional(),
}).meta({ id: 'ToolCall' });

export const message = z.object({
  id: z.uuid(),
  seq: z.number().int().meta({ description: 'Position in the conversation, from 1.' }),
  turn_id: z.uuid(),
  role: z.enum(['user', 'assistant', 'tool', 'system'] as const satisfies readonly MessageRole[]),
  content: z.string(),
  status: z.enum(['complete', 'interrupted', 'failed'] as const satisfies readonly MessageStatus[]),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  metadata: z.looseObject({ trace: turnTrace.optional(), toolCalls: z.array(toolCall).optional(), responseTimeMs: z.number().optional() }),
  usage: turnUsage.nullable().meta({ description: 'Of an answer: what its turn used. Null where the ledger has nothing of it, as of what came along into a branch.' }),
  created_at: z.iso.datetime(),
}).meta({ id: 'Message' });

export const conversation = z.object({
  id: z.uuid(),
  channel,
  status: conversationStatus,
  end_reason: z.string().nullable(),
  title: z.string().nullable().meta({ description: 'Its title, or the beginning of what was said first.' }),
  agent_id: z.uuid().nullable(),
  agent_name: z.string().nullable(),
  user_label: z.string().meta({ description: 'Who called, as they named themselves: a label, not an identity.' }),
  message_count: z.number().int(),
  provider: z.string().nullable().meta({ description: 'Who answered last.' }),
  model: z.string().nullable(),
  branched_from_id: z.uuid().nullable().meta({ description: 'The conversation whose beginning it shares.' }),
  branched_at_seq: z.number().int().nullable().meta({ description: 'Where it left that one: its first message that is not shared.' }),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
}).meta({ id: 'Conversation' });

export const conversationDetail = conversation.extend({
  metadata: z.record(z.string(), z.unknown()),
  usage: conversationUsage,
  messages: z.array(message),
}).meta({ id: 'ConversationDetail' });

export const conversationSnippet = z.object({
  seq: z.number().int().meta({ description: 'The message it was found in.' }),
  role: z.enum(['user', 'assistant', 'tool', 'system'] as const satisfies readonly MessageRole[]),
  parts: z.array(z.object({ text: z.string(), match: z.boolean() })).meta({ description: 'The piece around it, in order: what matched, and what stands between.' }),
}).meta({ id: 'ConversationSnippet' });

export const foundConversation = conversation.extend({
  snippet: conversationSnippet.nullable().meta({ description: 'Where `q` was said; null without `q`, or when only the title or the caller’s label matches.' }),
}).meta({ id: 'FoundConversation' });

export const listConversationsInput = z.object({
  channel: channel.optional(),
  status: conversationStatus.optional(),
  mine: z.boolean().optional().meta({ description: 'Only the caller’s own, on whatever channel, in which something was said.' }),
  agent_id: z.uuid('must be a UUID').optional(),
  q: searchWords.optional().meta({ description: 'Words that all occur in one message, or in the title and the caller’s label; the last one may be a beginning, "quoted words" stand side by side.' }),
  from: moment().optional().meta({ description: 'Last changed at or after.' }),
  to: moment().optional().meta({ description: 'Last changed before.' }),
  ...page,
});

export const listConversationsOutput = z.object({
  conversations: z.array(foundConversation),
  total: z.number().int(),
  limit: z.number().int(),
  offset: z.number().int(),
}).meta({ id: 'ConversationPage' });

export const getConversationInput = z.object({ conversation_id: z.string() });

const conversationTitle = storable(z.string().trim().min(1, 'must not be blank').max(200, 'must have at most 200 characters'));

export const branchConversationInput = z.object({
  conversation_id: z.string(),
  message_id: z.uuid('must be a UUID').meta({ description: 'The first message that the branch does not have.' }),
  title: conversationTitle.optional().meta({ description: 'What the branch is called; the title of the other with `(branch)` behind it unless said.' }),
});

export const branchedConversation = conversation.extend({
  files: z.array(z.object({
    id: z.uuid(), name: z.string(), media_type: z.string(), kind: z.string(), size_bytes: z.number().int(), page_count: z.number().int().nullable(), file_index: z.number().int(),
  })).meta({ description: 'Those of the message that the branch does not have, so that it can be said in other words with them.' }),
}).meta({ id: 'BranchedConversation' });

export const renameConversationInput = z.object({
  conversation_id: z.string(),
  title: conversationTitle,
});

export const deleteConversationInput = z.object({ conversation_id: z.string() });

export const listConversationsRoute = {
  openapi: { method: 'GET', path: '/api/conversations', tags: ['Conversations'], summary: 'List conversations of every channel, newest first' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export const getConversationRoute = {
  openapi: { method: 'GET', path: '/api/conversations/{conversation_id}', tags: ['Conversations'], summary: 'A conversation with its messages' },
  auth: { role: 'viewer' },
  errors: ['not_found'],
} satisfies RouteMeta;

const write = { role: 'operator', scope: 'chat' } as const;

export const branchConversationRoute = {
  openapi: {
    method: 'POST', path: '/api/conversations/{conversation_id}/branch', tags: ['Conversations'], summary: 'Go on from an earlier point in a conversation of its own',
    description: 'The new conversation has everything before the message, files too. The one it came from stays as it is.',
  },
  status: 201, auth: write, errors: ['not_found'],
} satisfies RouteMeta;

export const renameConversationRoute = {
  openapi: { method: 'PATCH', path: '/api/conversations/{conversation_id}', tags: ['Conversations'], summary: 'Give a conversation a title', description: 'For its owner and administrators.' },
  auth: write, errors: ['not_found'],
} satisfies RouteMeta;

export const deleteConversationRoute = {
  openapi: {
    method: 'DELETE', path: '/api/conversations/{conversation_id}', tags: ['Conversations'], summary: 'Delete a conversation with its messages and files',
    description: 'For its owner and administrators. What it cost stays in the ledger. One in which somebody is talking is kept.',
  },
  status: 204, auth: write, errors: ['not_found', 'conflict'],
} satisfies RouteMeta;

export type Conversation = z.infer<typeof conversation>;
export type FoundConversation = z.infer<typeof foundConversation>;
export type ConversationSnippet = z.infer<typeof conversationSnippet>;
export type BranchedConversation = z.infer<typeof branchedConversation>;
export type ConversationDetail = z.infer<typeof conversationDetail>;
export type ConversationMessage = z.infer<typeof message>;
export type ListConversationsInput = z.infer<typeof listConversationsInput>;
