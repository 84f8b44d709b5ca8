import type { Services } from '../api/context';
import { defineRoute, type Form } from '../api/define-route';
import type { OpenedChat, TurnFiles } from '../chat';
import type { MessageFile } from '../conversations/tables';
import { safeFileName } from '../files/file-name';
import { removeFile } from '../files/remove-file';
import { spoolUpload, type SpooledUpload } from '../files/spool-upload';
import { AppError } from '../platform/errors';
import { beginRun, openThread } from './begin-run';
import { uploadFields, uploadFileRoute as meta } from './contract';
import { streamAnswer, streamedAnswer } from './stream-answer';

/** As much as may be allowed by FILE_MAX_MEGABYTES; what is allowed is counted while it is written to disk. */
const MOST_FILE_BYTES = 100_000_000;

interface Upload extends SpooledUpload { name: string }

/** Forms come in any order, and many have the file before the field that says where it belongs. */
async function spoolFile(form: Form<unknown>, options: { maxBytes: number; signal: AbortSignal }): Promise<Upload> {
  const first = await form.files()[Symbol.asyncIterator]().next(); // no loop: leaving one would end the form before its last fields
  if (!first.done) return Object.assign(await spoolUpload(first.value.stream, options), { name: first.value.filename });
  throw new AppError('invalid_input', 'File is required', { issues: [{ path: 'file', message: 'is required' }] });
}

interface UploadedFileOptions {
  services: Pick<Services, 'db' | 'files'>;
  opened: OpenedChat;
  upload: Upload;
  signal: AbortSignal;
}

/** Kept only when its turn begins: the same request sent again is the turn that its first try began, with the file of that. */
function uploadedFile({ services: { db, files }, opened: { conversation: { id: conversationId, workspaceId } }, upload, signal }: UploadedFileOptions): TurnFiles {
  let kept: MessageFile | undefined;
  return {
    async attach() {
      kept = await files.attach({ workspaceId, conversationId, name: upload.name, data: upload, signal });
      return [kept];
    },
    async discard() {
      if (kept) await removeFile(db, { workspaceId, fileId: kept.id });
    },
  };
}

export const uploadFileRoute = defineRoute({
  meta,
  body: { kind: 'form', fields: uploadFields, files: { file: { description: 'A PDF, a Word document, an image, text, Markdown or CSV.' } }, minFiles: 0, maxFiles: 1, maxFileBytes: MOST_FILE_BYTES },
  answers: { 200: streamedAnswer },
  handle: async ({ services, principal, body, headers, signal }) => {
    await using upload = await spoolFile(body, { maxBytes: services.config.files.maxBytes, signal });
    const { thread_id: threadId, model_id: modelId } = await body.fields();
    const opened = await openThread({ services, principal, threadId, modelId });
    const text = `[File uploaded: ${safeFileName(upload.name)}]`;
    return streamAnswer(await beginRun({ services, opened, text, files: uploadedFile({ services, opened, upload, signal }), headers }), { headers, signal });
  },
});
