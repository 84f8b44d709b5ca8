import { and, eq, sql } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { conversations, messages } from '../conversations/tables';
import { visibleTo } from '../conversations/visible';
import type { Database } from '../platform/db/client';
import { isUuid } from '../platform/ids';
import { fileProblem } from './file-problem';
import { files } from './tables';

/** What was attached and never sent. What a message names belongs to the conversation, and goes when that does. */
export async function removeUnsentFile(db: Database, { principal, fileId }: { principal: Principal; fileId: string }): Promise<void> {
  if (!isUuid(fileId)) throw fileProblem.notFound(fileId.slice(0, 64));
  const { workspaceId } = principal;
  await db.transaction(async (tx) => {
    const [file] = await tx.select({ conversationId: files.conversationId }).from(files).where(and(eq(files.workspaceId, workspaceId), eq(files.id, fileId), eq(files.state, 'ready')));
    if (!file) throw fileProblem.notFound(fileId);
    // Who writes a message locks its conversation too: none that names the file comes in between.
    const [place] = await tx.select({ id: conversations.id }).from(conversations)
      .where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, file.conversationId), visibleTo(principal))).for('update');
    if (!place) throw fileProblem.notFound(fileId);
    const naming = await tx.select({ id: messages.id }).from(messages)
      .where(and(eq(messages.conversationId, place.id), sql`${messages.metadata} @> ${JSON.stringify({ files: [{ id: fileId }] })}::jsonb`)).limit(1);
    if (naming.length > 0) throw fileProblem.sent();
    await tx.delete(files).where(and(eq(files.workspaceId, workspaceId), eq(files.id, fileId)));
  });
}
