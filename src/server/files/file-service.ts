import type { Readable } from 'node:stream';
import type { MessageFile } from '../conversations/tables';
import type { Config } from '../platform/config';
import type { Database } from '../platform/db/client';
import type { Logger } from '../platform/logger';
import { assertConversation } from './assert-conversation';
import { safeFileName } from './file-name';
import { openFile, type OpenedFile } from './open-file';
import { DocumentReader, type DocumentReaderOptions } from './reading/document-reader';
import { readUpload } from './read-upload';
import { spoolUpload } from './spool-upload';
import { storeFile } from './store-file';

export interface AttachInput {
  workspaceId: string;
  conversationId: string;
  /** The client's; shown, and nothing else. */
  name: string;
  data: Readable | Uint8Array;
  signal?: AbortSignal;
}

export interface FileService {
  /** Reads the file and keeps it. What cannot be read throws an AppError in words for people, and leaves nothing behind. */
  attach(input: AttachInput): Promise<MessageFile>;
  open(input: { workspaceId: string; conversationId?: string; fileId: string }): Promise<OpenedFile>;
  close(): Promise<void>;
}

export interface FileServiceOptions {
  db: Database;
  limits: Config['files'];
  logger: Logger;
  /** Limits of the process in which documents are read; tests set narrower ones. */
  reading?: Omit<DocumentReaderOptions, 'logger'>;
}

export function createFileService({ db, limits, logger, reading }: FileServiceOptions): FileService {
  const reader = new DocumentReader({ logger, ...reading });
  return {
    async attach({ workspaceId, conversationId, data, signal, ...input }) {
      await assertConversation(db, { workspaceId, conversationId }); // before anything is read
      const name = safeFileName(input.name);
      await using upload = await spoolUpload(data, { maxBytes: limits.maxBytes, signal });
      const content = await readUpload(upload, { name, limits, reader, signal });
      return await storeFile(db, { workspaceId, conversationId, name, content, upload, signal });
    },
    open: (input) => openFile(db, input),
    close: () => reader.close(),
  };
}
