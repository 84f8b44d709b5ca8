import { content, type Answer } from '../api/answer';
import { binary } from '../api/define-route';
import { contentDisposition } from './file-name';
import type { OpenedFile } from './open-file';

const TYPES = [
  'application/pdf', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'image/png', 'image/jpeg', 'image/webp', 'image/gif', 'text/plain', 'text/markdown', 'text/csv',
];

export const fileAnswer = { 200: { description: 'The file', content: Object.fromEntries(TYPES.map((type) => [type, binary])) } };

/** Images may be shown in a page of ours; everything else is saved, and whatever is shown runs nothing and knows no cookie. */
export function sendFile({ row, bytes }: OpenedFile): Answer {
  return content(row.mediaType, bytes(), {
    headers: {
      'content-disposition': contentDisposition(row.kind === 'image' ? 'inline' : 'attachment', row.name),
      'content-length': String(row.sizeBytes),
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=300',
    },
  });
}
