/** What a reader's process is asked, and what it answers; the file itself is its descriptor 4. */
export interface ReadJob {
  kind: 'pdf' | 'zip';
  sizeBytes: number;
  maxPages: number;
  maxUnpackedBytes: number;
  maxCharacters: number;
}

export type Unreadable =
  | { reason: 'damaged'; message: string }
  | { reason: 'encrypted' }
  | { reason: 'too-many-pages'; pages: number }
  | { reason: 'unpacks-too-large' }
  | { reason: 'not-word' };

/** A book has a million; beyond this the rest is kept in the file, and not searched. */
export const MOST_CHARACTERS_READ = 2_000_000;

export interface ReadText {
  text: string;
  pageCount: number | null;
  /** Whether there is more of it than was to be read. */
  textCut: boolean;
}

export type ReadResult = { read: ReadText } | { unreadable: Unreadable };

/** Thrown while reading; everything else that is thrown there means `damaged`. */
export class UnreadableError extends Error {
  constructor(readonly unreadable: Unreadable) {
    super(unreadable.reason);
  }
}

/** The descriptor of the file in the reader's process: after stdin, stdout, stderr and the channel. */
export const FILE_DESCRIPTOR = 4;
