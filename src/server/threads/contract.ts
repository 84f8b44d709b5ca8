import { z } from 'zod';
import { storable } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';

const absent = (input: unknown): boolean => input === undefined || input === null || (typeof input === 'string' && input.trim() === '');

/** The documented texts: what is missing is called by its name for people, and the sentence stands alone. */
const orRequired = (name: string, otherwise?: string) => ({ input }: { input?: unknown }) =>
  absent(input) ? `${name} is required` : typeof input === 'string' ? otherwise : undefined;

const threadId = z.uuid({ error: orRequired('Thread ID', 'must be a UUID') }).meta({ description: 'Of a conversation on any channel.', examples: ['550e8400-e29b-41d4-a716-446655440000'] });

/** As on /ai: far above what people write; longer texts are files. */
export const MOST_MESSAGE_CHARACTERS = 100_000;

const message = storable(z.string({ error: orRequired('Message') }).max(MOST_MESSAGE_CHARACTERS, `must have at most ${MOST_MESSAGE_CHARACTERS} characters; send a longer text as a file`))
  .refine((text) => !absent(text), 'Message is required');

const modelId = storable(z.string({ error: orRequired('Model ID') }).max(200, 'must have at most 200 characters'))
  .refine((text) => !absent(text), 'Model ID is required').meta({ description: 'The id or the slug of an agent. It answers, and stays the thread’s until another is sent.', examples: ['123e4567-e89b-12d3-a456-426614174000'] });

export const createdThread = z.object({ thread_id: z.uuid() }).meta({ id: 'CreatedThread' });

export const threadInput = z.object({ thread_id: threadId });

export const threadMessage = z.object({
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  metadata: z.looseObject({
    filename: z.string().optional().meta({ description: 'Of an uploaded file, as the client named it.' }),
    pageCount: z.string().optional().meta({ description: 'Such as `3 pages`.' }),
    media_type: z.string().optional(),
    file_index: z.number().int().optional().meta({ description: 'Its position among the thread’s files, from 0.' }),
    status: z.enum(['interrupted', 'failed']).optional().meta({ description: 'Of an answer that is not whole.' }),
    error: z.string().optional().meta({ description: 'Why it failed.' }),
  }),
}).meta({ id: 'ThreadMessage' });

export const threadDetails = z.object({ messages: z.array(threadMessage) }).meta({ id: 'ThreadDetails' });

export const threadDeleted = z.object({ success: z.literal(true), message: z.string() }).meta({ id: 'ThreadDeleted' });
export const threadNotDeleted = z.object({ success: z.literal(false), error: z.string() }).meta({ id: 'ThreadNotDeleted' });

/** All of somebody's threads, as documented: people have fewer. A program that has more goes on at `next_offset`. */
const ALL_THREADS = 10_000;

export const listThreadsInput = z.object({
  limit: z.number().int().min(1).max(ALL_THREADS).default(ALL_THREADS),
  offset: z.number().int().min(0).max(1_000_000).default(0),
});

export const threadList = z.object({
  memories: z.array(z.object({
    id: z.uuid(),
    title: z.string().meta({ description: 'What was said first, or the title that somebody gave it; ` - ` where there is neither.' }),
  })),
  next_offset: z.number().int().min(1).nullable().meta({ description: 'Where the list goes on, when there is more of it: send it as `offset`. Null: this was the last of it.' }),
}).meta({ id: 'ThreadList' });

export const runInput = z.object({ message, thread_id: threadId, model_id: modelId });

export const uploadFields = z.object({ thread_id: threadId, model_id: modelId.optional() });

export const listModelsInput = z.object({
  tags: z.array(storable(z.string().max(50, 'must have at most 50 characters'))).max(20, 'must have at most 20 entries').optional()
    .meta({ description: 'Only agents that have one of these.' }),
});

export const modelList = z.object({
  models: z.array(z.object({
    id: z.uuid(),
    name: z.string(),
    label: z.string(),
    description: z.string(),
    suggested_messages: z.array(z.string()),
    overview_html: z.string(),
  })),
}).meta({ id: 'ModelList' });

export const defaultConfig = z.object({
  model: z.uuid().meta({ description: 'The default agent’s id.' }),
  model_name: z.string(),
  system_prompt: z.string(),
}).meta({ id: 'DefaultConfig' });

const read = { role: 'viewer', scope: 'chat' } as const;
const write = { role: 'operator', scope: 'chat' } as const;
const tags = ['Threads'];
const TURN_ERRORS = ['not_found', 'conflict', 'rate_limited', 'quota_exceeded', 'upstream_unavailable', 'unavailable', 'cancelled'] as const;

export const createThreadRoute = { openapi: { method: 'POST', path: '/api/threads/create', tags, summary: 'Create a thread' }, status: 201, auth: write } satisfies RouteMeta;
export const getThreadRoute = { openapi: { method: 'POST', path: '/api/threads/', tags, summary: 'A thread’s messages' }, auth: read, errors: ['not_found'] } satisfies RouteMeta;
export const listThreadsRoute = {
  openapi: { method: 'POST', path: '/api/threads/list', tags, summary: 'The caller’s threads, newest first', description: 'On whatever channel they began. A thread is listed once something was said in it. All of them, up to 10,000: `next_offset` says whether there are more.' }, auth: read,
} satisfies RouteMeta;
export const deleteThreadRoute = {
  openapi: { method: 'DELETE', path: '/api/threads/', operationId: 'threadsRemove', tags, summary: 'Delete a thread with its messages and files' }, auth: write, errors: ['conflict'],
} satisfies RouteMeta;
export const runThreadRoute = {
  openapi: {
    method: 'POST', path: '/api/threads/runs', operationId: 'threadsRun', tags, summary: 'Say something and stream the answer',
    description: 'Frames `data: {"content": "…"}`, the last one `data: [DONE]`; a failure after the first words is a frame `data: {"error": "…"}` before it. With `Accept: text/plain` the bare text.',
  },
  auth: write, errors: TURN_ERRORS,
} satisfies RouteMeta;
export const uploadFileRoute = {
  openapi: {
    method: 'POST', path: '/api/files/upload', operationId: 'filesUpload', tags, summary: 'Attach a file to a thread and stream the answer',
    description: 'PDF, DOCX, images, text, Markdown and CSV. Streams as `/api/threads/runs` does.',
  },
  auth: write, limit: { max: 120, windowSeconds: 60 }, errors: TURN_ERRORS,
} satisfies RouteMeta;
export const listModelsRoute = { openapi: { method: 'POST', path: '/api/models', tags, summary: 'The agents that the caller may use' }, auth: read } satisfies RouteMeta;
export const defaultConfigRoute = { openapi: { method: 'GET', path: '/api/default-config', tags, summary: 'The agent that answers when none is chosen' }, auth: read, errors: ['not_found'] } satisfies RouteMeta;

export type ThreadMessage = z.infer<typeof threadMessage>;
export type ThreadDetails = z.infer<typeof threadDetails>;
export type ThreadList = z.infer<typeof threadList>;
