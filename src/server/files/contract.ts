import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';
import type { FileKind } from './tables';

export const fileKind = z.enum(['pdf', 'docx', 'image', 'text', 'markdown', 'csv'] as const satisfies readonly FileKind[]);

export const attachedFile = z.object({
  id: z.uuid(),
  name: z.string().meta({ description: 'As it was sent, without folders and unseen characters.' }),
  media_type: z.string().meta({ description: 'By its content, whatever the sender said.' }),
  kind: fileKind,
  size_bytes: z.number().int(),
  page_count: z.number().int().nullable().meta({ description: 'Of a PDF.' }),
  file_index: z.number().int().meta({ description: 'Its position among the conversation’s files, from 0.' }),
}).meta({ id: 'AttachedFile' });

export const attachFileParams = z.object({ conversation_id: z.string() });
export const downloadFileParams = z.object({ file_id: z.string() });
export const previewFileQuery = z.object({
  thread_id: z.uuid({ error: ({ input }) => (input === undefined || input === '' ? 'Thread ID is required' : 'must be a UUID') }),
  file_index: z.number().int().min(0).max(1_000_000).default(0),
  output: z.enum(['image', 'pdf']).optional().meta({ description: 'What it must be, else the answer is 400; whatever it is by default.' }),
});

const tags = ['Files'];

export const attachFileRoute = {
  openapi: {
    method: 'POST', path: '/api/conversations/{conversation_id}/files', operationId: 'filesAttach', tags, summary: 'Attach a file to a conversation',
    description: 'PDF, Word (.docx), PNG, JPEG, WebP, GIF, plain text, Markdown or CSV, told by the content. It is read before the answer; name its id in `file_ids` of `POST /ai/chat` to ask about it. `FILE_MAX_MEGABYTES` and `FILE_MAX_PAGES` limit it.',
  },
  status: 201, auth: { role: 'operator', scope: 'chat' }, limit: { max: 120, windowSeconds: 60 },
  errors: ['not_found', 'payload_too_large', 'unsupported_media_type', 'unavailable'],
} satisfies RouteMeta;

export const downloadFileRoute = {
  openapi: { method: 'GET', path: '/api/files/{file_id}', operationId: 'filesDownload', tags, summary: 'The bytes of an attached file', description: 'Images are shown, all others are saved under their names.' },
  auth: { role: 'viewer', scope: 'chat' }, errors: ['not_found'],
} satisfies RouteMeta;

export const deleteFileRoute = {
  openapi: {
    method: 'DELETE', path: '/api/files/{file_id}', operationId: 'filesDelete', tags, summary: 'Remove a file that was attached and not sent',
    description: 'A file that a message names stays with its conversation: 409.',
  },
  status: 204, auth: { role: 'operator', scope: 'chat' }, errors: ['not_found', 'conflict'],
} satisfies RouteMeta;

export const previewFileRoute = {
  openapi: { method: 'GET', path: '/api/files/preview', operationId: 'filesPreview', tags, summary: 'The bytes of a thread’s file, by its position' },
  auth: { role: 'viewer', scope: 'chat' }, errors: ['not_found'],
} satisfies RouteMeta;

export type AttachedFile = z.infer<typeof attachedFile>;
