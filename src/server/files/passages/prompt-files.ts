import type { MessageFile } from '../../conversations/tables';
import type { Database } from '../../platform/db/client';
import { readChunks } from '../open-file';
import { FileLibrary, type LibraryFile } from './file-library';
import { quoteFiles, type QuotedFile } from './quote-files';

/** Beyond these the oldest are only named in the conversation. */
const MOST_FILES = 12;
const MOST_IMAGES = 4;
/** What every vendor takes of one, in base64 too. */
const MOST_IMAGE_BYTES = 3_500_000;

export interface PromptImage {
  name: string;
  mediaType: string;
  data: Uint8Array;
}

export interface QuotedFiles {
  /** For every model. */
  text: string;
  /** The same as data, for models of our own. */
  files: QuotedFile[];
  /** For models that take them. */
  images: PromptImage[];
}

export interface QuoteInput {
  workspaceId: string;
  conversationId: string;
  /** Oldest first. */
  files: readonly MessageFile[];
  question: string;
  /** Which images the model takes. */
  takesImage(mediaType: string): boolean;
}

/** What a turn's prompt has of the conversation's files. */
export interface PromptFiles {
  /** Null when none of them is there any more. */
  quote(input: QuoteInput): Promise<QuotedFiles | null>;
}

export function promptFiles(db: Database): PromptFiles {
  const library = new FileLibrary(db);
  return {
    async quote({ workspaceId, conversationId, files, question, takesImage }) {
      const ids = [...new Set(files.map(({ id }) => id))].slice(-MOST_FILES);
      const found = await library.of({ workspaceId, conversationId, ids });
      if (found.length === 0) return null;
      const words = new Map<string, string>();
      const shown: LibraryFile[] = [];
      for (const image of found.filter(({ kind }) => kind === 'image').toReversed()) {
        if (!takesImage(image.mediaType)) words.set(image.id, 'an image, which you cannot see: say so if you are asked about it');
        else if (image.sizeBytes > MOST_IMAGE_BYTES) words.set(image.id, 'an image that is too large to be shown to you: say so if you are asked about it');
        else if (shown.length >= MOST_IMAGES) words.set(image.id, 'an image from before, which is not shown again');
        else {
          words.set(image.id, 'an image, shown below');
          shown.unshift(image);
        }
      }
      const quoted = await quoteFiles(found, { question, images: words });
      return { ...quoted, images: await Promise.all(shown.map(async ({ id, name, mediaType }) => ({ name, mediaType, data: await bytesOf(db, id) }))) };
    },
  };
}

async function bytesOf(db: Database, fileId: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readChunks(db, fileId)) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}
