import { and, eq } from 'drizzle-orm';
import { defineRoute } from '../api/define-route';
import { ownedBy } from '../conversations/owner';
import { AppError, invalidField } from '../platform/errors';
import { isConversation } from './assert-conversation';
import { previewFileQuery, previewFileRoute as meta } from './contract';
import { fileAnswer, sendFile } from './send-file';
import { files as table } from './tables';

/** By thread and position, as clients of threads know a file. Pages of a PDF are not drawn: the PDF itself is the answer. */
export const previewFileRoute = defineRoute({
  meta,
  query: previewFileQuery,
  answers: fileAnswer,
  handle: async ({ services: { db, files }, principal, query: { thread_id: conversationId, file_index: fileIndex, output } }) => {
    const { workspaceId } = principal;
    if (!(await isConversation(db, { workspaceId, conversationId, where: ownedBy(principal) }))) throw new AppError('not_found', 'Thread not found');
    const [row] = await db.select({ id: table.id, kind: table.kind }).from(table)
      .where(and(eq(table.workspaceId, workspaceId), eq(table.conversationId, conversationId), eq(table.fileIndex, fileIndex), eq(table.state, 'ready')));
    if (!row) throw new AppError('not_found', `The thread has no file ${fileIndex}`);
    if (output !== undefined && output !== row.kind) throw invalidField('output', `the file is no ${output === 'pdf' ? 'PDF' : 'image'}`);
    return sendFile(await files.open({ workspaceId, conversationId, fileId: row.id }));
  },
});
