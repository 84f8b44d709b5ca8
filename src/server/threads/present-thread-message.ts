import type { messages } from '../conversations/tables';
import type { ThreadMessage } from './contract';

type Row = Pick<typeof messages.$inferSelect, 'role' | 'content' | 'status' | 'metadata'>;

const pages = (count: number): string => `${count} ${count === 1 ? 'page' : 'pages'}`;

/** As the documented system shows messages. Nothing stands in `metadata` that says nothing: of most messages it is `{}`. */
export function presentThreadMessage({ role, content, status, metadata }: Row): ThreadMessage {
  const [file] = metadata.files ?? [];
  return {
    role: role === 'user' ? 'user' : 'assistant',
    content,
    metadata: {
      ...(file ? {
        filename: file.name, media_type: file.mediaType, file_index: file.fileIndex,
        ...(file.pageCount === null ? {} : { pageCount: pages(file.pageCount) }),
      } : {}),
      ...(status === 'complete' ? {} : { status }),
      ...(metadata.error ? { error: metadata.error.message } : {}),
    },
  };
}
