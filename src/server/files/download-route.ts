import { defineRoute } from '../api/define-route';
import { visibleTo } from '../conversations/visible';
import { isConversation } from './assert-conversation';
import { downloadFileParams, downloadFileRoute as meta } from './contract';
import { fileProblem } from './file-problem';
import { fileAnswer, sendFile } from './send-file';

export const downloadFileRoute = defineRoute({
  meta,
  params: downloadFileParams,
  answers: fileAnswer,
  handle: async ({ services: { db, files }, principal, params: { file_id: fileId } }) => {
    const { workspaceId } = principal;
    const opened = await files.open({ workspaceId, fileId });
    if (!(await isConversation(db, { workspaceId, conversationId: opened.row.conversationId, where: visibleTo(principal) }))) throw fileProblem.notFound(fileId);
    return sendFile(opened);
  },
});
