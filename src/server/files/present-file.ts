import type { MessageFile } from '../conversations/tables';
import type { AttachedFile } from './contract';
import type { FileKind } from './tables';

export const presentFile = (file: MessageFile): AttachedFile => ({
  id: file.id, name: file.name, media_type: file.mediaType, kind: file.kind as FileKind, size_bytes: file.sizeBytes, page_count: file.pageCount, file_index: file.fileIndex,
});
