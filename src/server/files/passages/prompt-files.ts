import type { MessageFile } from '../../conversations/tables';
import type { Database } from '../../platform/db/client';
import type { Logger } from '../../platform/logger';
import { FileLibrary, type LibraryFile } from './file-library';
import { ImageShelf } from './image-shelf';
import { nameFiles, quoteFiles } from './quote-files';
import type { QuotedFile } from './quoted-file';
import { Slices } from './slices';

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
  /** Of the turn: nobody waits for the files of one that was stopped. */
  signal?: AbortSignal;
}

/** What a turn's prompt has of the conversation's files. */
export interface PromptFiles {
  /** Null when none of them is there any more. */
  quote(input: QuoteInput): Promise<QuotedFiles | null>;
}

export interface PromptFilesOptions {
  /** Of live audio, where a late answer is worse than one without the files: what takes longer is only named, and read on for the next turn. */
  within?: { ms: number; logger: Logger };
}

export function promptFiles(db: Database, { within }: PromptFilesOptions = {}): PromptFiles {
  const slices = new Slices();
  const library = new FileLibrary(db, slices);
  const shelf = new ImageShelf(db);

  async function quote({ workspaceId, conversationId, files, question, takesImage, signal }: QuoteInput): Promise<QuotedFiles | null> {
    const found = await library.of({ workspaceId, conversationId, ids: idsOf(files) });
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
    // Goes on when nobody waits any more: the next turn finds it done.
    for (const file of found) if (file.text !== '') await file.index();
    const quoted = await quoteFiles(found, { question, images: words, slices, signal });
    return { ...quoted, images: await Promise.all(shown.map(async ({ id, name, mediaType }) => ({ name, mediaType, data: await shelf.bytes(id) }))) };
  }

  async function quoteInTime(input: QuoteInput, { ms, logger }: { ms: number; logger: Logger }): Promise<QuotedFiles | null> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ms);
    const signal = input.signal ? AbortSignal.any([input.signal, late.signal]) : late.signal;
    try {
      return await untilAborted(quote({ ...input, signal }), signal);
    } catch (error) {
      input.signal?.throwIfAborted();
      logger.warn({ conversationId: input.conversationId, files: input.files.length, ...(late.signal.aborted ? {} : { err: error }) }, 'files are only named in this turn');
      const ids = idsOf(input.files);
      return { text: nameFiles(input.files.filter(({ id }) => ids.includes(id))), files: [], images: [] };
    } finally {
      clearTimeout(timer);
    }
  }

  return { quote: (input) => (within ? quoteInTime(input, within) : input.signal ? untilAborted(quote(input), input.signal) : quote(input)) };
}

const idsOf = (files: readonly MessageFile[]): string[] => [...new Set(files.map(({ id }) => id))].slice(-MOST_FILES);

/** The work itself ends where it looks at the signal next; nobody waits for that. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
