import { and, eq } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { files } from './tables';

/** With its bytes. */
export async function removeFile(db: Database, { workspaceId, fileId }: { workspaceId: string; fileId: string }): Promise<void> {
  await db.delete(files).where(and(eq(files.workspaceId, workspaceId), eq(files.id, fileId)));
}
