import type { Readable } from 'node:stream';
import type { Registry } from 'prom-client';
import type { MessageFile } from '../conversations/tables';
import type { Config } from '../platform/config';
import type { Database } from '../platform/db/client';
import { toAppError } from '../platform/errors';
import type { Logger } from '../platform/logger';
import { assertConversation } from './assert-conversation';
import { safeFileName } from './file-name';
import { fileMetrics, NO_METRICS } from './metrics';
import { openFile, type OpenedFile } from './open-file';
import { DocumentReader, type DocumentReaderOptions } from './reading/document-reader';
import { readUpload } from './read-upload';
import { spoolUpload, type SpooledUpload } from './spool-upload';
import { storeFile } from './store-file';

export interface AttachInput {
  workspaceId: string;
  conversationId: string;
  /** The client's; shown, and nothing else. */
  name: string;
  /** What is on disk already stays its owner's to close. */
  data: Readable | Uint8Array | SpooledUpload;
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
  registry?: Registry;
  /** Limits of the process in which documents are read; tests set narrower ones. */
  reading?: Omit<DocumentReaderOptions, 'logger'>;
}

export function createFileService({ db, limits, logger, registry, reading }: FileServiceOptions): FileService {
  const reader = new DocumentReader({ logger, ...reading });
  const metrics = registry ? fileMetrics(registry, reader) : NO_METRICS;

  async function attach({ workspaceId, conversationId, data, signal, ...input }: AttachInput): Promise<MessageFile> {
    await assertConversation(db, { workspaceId, conversationId }); // before anything is read
    const name = safeFileName(input.name);
    await using spooled = 'handle' in data ? null : await spoolUpload(data, { maxBytes: limits.maxBytes, signal });
    const upload = spooled ?? (data as SpooledUpload);
    const content = await readUpload(upload, { name, limits, reader, signal });
    const file = await storeFile(db, { workspaceId, conversationId, name, content, upload, signal });
    metrics.kept(content.kind, file.sizeBytes);
    return file;
  }

  return {
    attach: (input) => attach(input).catch((error: unknown) => {
      metrics.refused(toAppError(error).kind);
      throw error;
    }),
    open: (input) => openFile(db, input),
    close: () => reader.close(),
  };
}
