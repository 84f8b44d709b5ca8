import { fileTypeFromBuffer } from 'file-type';

/** As much of a file as its kind is told by. */
export const HEAD_BYTES = 4_100;

export type DetectedType =
  | { kind: 'pdf' }
  /** Whether it is a Word document is for whoever opens it to say. */
  | { kind: 'zip' }
  | { kind: 'image'; mediaType: string }
  /** Something that has a name, but is not read here. */
  | { kind: 'other'; name: string }
  /** Text, if it is any. */
  | { kind: 'unknown' };

const IMAGES: Record<string, string> = { 'image/png': 'image/png', 'image/apng': 'image/png', 'image/jpeg': 'image/jpeg', 'image/webp': 'image/webp', 'image/gif': 'image/gif' };

/** Readers of PDF look for its beginning a little further on too. */
const PDF_WITHIN_BYTES = 1_024;

/** By the first bytes alone. */
export async function detectType(head: Buffer): Promise<DetectedType> {
  if (head.subarray(0, PDF_WITHIN_BYTES).includes('%PDF-')) return { kind: 'pdf' };
  if (head.subarray(0, 4).equals(ZIP)) return { kind: 'zip' };
  if (MARKS.some((mark) => head.subarray(0, 2).equals(mark))) return { kind: 'unknown' }; // UTF-16, which begins as some music does
  const found = await fileTypeFromBuffer(head);
  if (found === undefined) return { kind: 'unknown' };
  const mediaType = IMAGES[found.mime];
  if (mediaType !== undefined) return { kind: 'image', mediaType };
  // Some text has a type of its own, such as XML; it is read as what it is.
  return TEXTUAL.test(found.mime) ? { kind: 'unknown' } : { kind: 'other', name: found.ext.toUpperCase() };
}

const ZIP = Buffer.from('PK\x03\x04', 'latin1');
const MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
const TEXTUAL = /^(text\/|application\/(xml|rtf|json|x-ndjson)$|image\/svg\+xml$)|\+(xml|json)$/;
