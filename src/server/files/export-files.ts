import { and, asc, eq } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { fileColumns, readChunks } from './open-file';
import { files } from './tables';

/** A conversation's files with their bytes, as the members of a JSON list, piece by piece. */
export async function* exportFiles(db: Database, { workspaceId, conversationId }: { workspaceId: string; conversationId: string }): AsyncGenerator<string> {
  const rows = await db.select(fileColumns).from(files)
    .where(and(eq(files.workspaceId, workspaceId), eq(files.conversationId, conversationId), eq(files.state, 'ready'))).orderBy(asc(files.fileIndex));
  for (const [index, row] of rows.entries()) {
    const head = JSON.stringify({
      id: row.id, file_index: row.fileIndex, name: row.name, kind: row.kind, media_type: row.mediaType, size_bytes: row.sizeBytes, sha256: row.sha256, page_count: row.pageCount, created_at: row.createdAt,
    });
    yield `${index === 0 ? '' : ','}${head.slice(0, -1)},"data_b64":"`;
    yield* base64(readChunks(db, row.id));
    yield '"}';
  }
}

/** Three bytes are four signs: what is left of a piece goes with the next. */
async function* base64(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  yield rest.toString('base64');
}
