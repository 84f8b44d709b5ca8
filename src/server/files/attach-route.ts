import { z } from 'zod';
import { json } from '../api/answer';
import { defineRoute } from '../api/define-route';
import type { MessageFile } from '../conversations/tables';
import { visibleTo } from '../conversations/visible';
import { invalidField } from '../platform/errors';
import { assertConversation } from './assert-conversation';
import { attachedFile, attachFileParams, attachFileRoute as meta } from './contract';
import { presentFile } from './present-file';
import { removeFile } from './remove-file';

/** What FILE_MAX_MEGABYTES may be at most; the service holds uploads to what it is. */
const MOST_BYTES = 100_000_000;

export const attachFileRoute = defineRoute({
  meta,
  params: attachFileParams,
  body: { kind: 'form', fields: z.object({}), files: { file: { description: 'The file.' } }, maxFiles: 1, maxFileBytes: MOST_BYTES },
  answers: { 201: { description: 'The file, read and kept', content: { 'application/json': attachedFile } } },
  handle: async ({ services: { db, files }, principal, params: { conversation_id: conversationId }, body, signal }) => {
    const { workspaceId } = principal;
    await assertConversation(db, { workspaceId, conversationId, where: visibleTo(principal) });
    let kept: MessageFile | undefined;
    try {
      for await (const { filename, stream } of body.files()) kept = await files.attach({ workspaceId, conversationId, name: filename, data: stream, signal });
    } catch (error) {
      if (kept) await removeFile(db, { workspaceId, fileId: kept.id }); // what came after it was wrong, and the caller is told so
      throw error;
    }
    if (!kept) throw invalidField('file', 'a file is required');
    return json(presentFile(kept), { status: 201 });
  },
});
