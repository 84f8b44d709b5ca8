import { and, eq, max, sql } from 'drizzle-orm';
import { conversationNotFound } from '../conversations/get-conversation';
import { storableText } from '../conversations/storable';
import { conversations, type MessageFile } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { newId } from '../platform/ids';
import { fileProblem } from './file-problem';
import type { FileContent } from './read-upload';
import type { SpooledUpload } from './spool-upload';
import { fileChunks, files } from './tables';

export const CHUNK_BYTES = 512 * 1024;

/** Far beyond any conversation; keeps one from filling the database. */
const MOST_FILES = 200;

export interface StoreFileOptions {
  workspaceId: string;
  conversationId: string;
  name: string;
  content: FileContent;
  upload: SpooledUpload;
  signal?: AbortSignal | undefined;
}

/**
 * The row first, then its bytes piece by piece, then the word that it is whole: the embedded database runs one
 * transaction at a time, and one with twenty megabytes in it would hold up everybody's turn.
 */
export async function storeFile(db: Database, { workspaceId, conversationId, name, content, upload, signal }: StoreFileOptions): Promise<MessageFile> {
  const id = newId();
  const row = {
    id, workspaceId, conversationId, name, kind: content.kind, mediaType: content.mediaType, sizeBytes: upload.sizeBytes, sha256: upload.sha256,
    pageCount: content.pageCount, extractedText: content.text === null ? null : storableText(content.text), textCut: content.textCut,
  };
  const fileIndex = await db.transaction(async (tx) => {
    // The conversation's row is the lock that keeps indexes apart, as it is for the positions of messages.
    const [locked] = await tx.select({ id: conversations.id }).from(conversations)
      .where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId))).for('update');
    if (!locked) throw conversationNotFound(conversationId);
    // What a process left that ended in the middle.
    await tx.delete(files).where(and(eq(files.conversationId, conversationId), eq(files.state, 'processing'), sql`${files.createdAt} < now() - interval '1 hour'`));
    const [last] = await tx.select({ index: max(files.fileIndex) }).from(files).where(eq(files.conversationId, conversationId));
    const index = (last?.index ?? -1) + 1;
    if (index >= MOST_FILES) throw fileProblem.tooMany(MOST_FILES);
    await tx.insert(files).values({ ...row, fileIndex: index });
    return index;
  });
  try {
    let position = 0;
    for await (const bytes of upload.pieces(CHUNK_BYTES)) {
      signal?.throwIfAborted();
      await db.insert(fileChunks).values({ fileId: id, position: position++, bytes });
    }
    signal?.throwIfAborted();
    const whole = await db.update(files).set({ state: 'ready' }).where(eq(files.id, id)).returning({ id: files.id });
    if (whole.length === 0) throw conversationNotFound(conversationId);
  } catch (error) {
    const [left] = await db.delete(files).where(eq(files.id, id)).returning({ id: files.id }).catch(() => [{ id }]);
    throw left === undefined ? conversationNotFound(conversationId) : error; // deleted meanwhile, with all that was in it
  }
  return { id, fileIndex, name, mediaType: row.mediaType, kind: row.kind, sizeBytes: row.sizeBytes, pageCount: row.pageCount };
}
