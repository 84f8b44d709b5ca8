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

export type ReadResult = { read: { text: string; pageCount: number | null } } | { unreadable: Unreadable };

/** Thrown while reading; everything else that is thrown there means `damaged`. */
export class UnreadableError extends Error {
  constructor(readonly unreadable: Unreadable) {
    super(unreadable.reason);
  }
}

/** The descriptor of the file in the reader's process: after stdin, stdout, stderr and the channel. */
export const FILE_DESCRIPTOR = 4;
