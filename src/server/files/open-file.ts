import { and, eq } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { isUuid } from '../platform/ids';
import { fileProblem } from './file-problem';
import { fileChunks, files } from './tables';

export type FileRow = Omit<typeof files.$inferSelect, 'extractedText' | 'textCut' | 'state'>;

export interface OpenedFile {
  row: FileRow;
  /** One piece in memory at a time. */
  bytes(): AsyncIterable<Uint8Array>;
}

export const fileColumns = {
  id: files.id, workspaceId: files.workspaceId, conversationId: files.conversationId, fileIndex: files.fileIndex, name: files.name, kind: files.kind,
  mediaType: files.mediaType, sizeBytes: files.sizeBytes, sha256: files.sha256, pageCount: files.pageCount, createdAt: files.createdAt,
};

export async function openFile(db: Database, { workspaceId, conversationId, fileId }: { workspaceId: string; conversationId?: string; fileId: string }): Promise<OpenedFile> {
  if (!isUuid(fileId)) throw fileProblem.notFound(fileId.slice(0, 64));
  const [row] = await db.select(fileColumns).from(files).where(and(
    eq(files.workspaceId, workspaceId), eq(files.id, fileId), eq(files.state, 'ready'), conversationId === undefined ? undefined : eq(files.conversationId, conversationId),
  ));
  if (!row) throw fileProblem.notFound(fileId);
  return { row, bytes: () => readChunks(db, fileId) };
}

export async function* readChunks(db: Database, fileId: string): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; position++) {
    const [chunk] = await db.select({ bytes: fileChunks.bytes }).from(fileChunks).where(and(eq(fileChunks.fileId, fileId), eq(fileChunks.position, position)));
    if (!chunk) return;
    yield chunk.bytes;
  }
}
