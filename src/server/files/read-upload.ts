import type { Config } from '../platform/config';
import { decodeText } from './decode-text';
import { detectType, HEAD_BYTES } from './detect-type';
import { fileProblem } from './file-problem';
import { imageSize } from './image-size';
import type { DocumentReader } from './reading/document-reader';
import { MOST_CHARACTERS_READ, type ReadText, type Unreadable } from './reading/job';
import type { SpooledUpload } from './spool-upload';
import type { FileKind } from './tables';

/** What an upload turned out to be. */
export interface FileContent {
  kind: FileKind;
  mediaType: string;
  pageCount: number | null;
  /** What the model reads; pages are parted by form feeds. Null for images. */
  text: string | null;
  /** Whether the file goes on where the text ends. */
  textCut: boolean;
}

export interface ReadUploadOptions {
  name: string;
  limits: Config['files'];
  reader: DocumentReader;
  signal?: AbortSignal | undefined;
}

/** A photograph of a good camera; whoever draws it needs four bytes for each. */
const MOST_PIXELS = 64_000_000;
/** What a Word document may unpack to: pictures are packed already, and text is packed to a tenth. */
const MOST_UNPACKED_BYTES = 100_000_000;

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** By its bytes: what the client says of them does not count, and a name that says otherwise is a refusal. */
export async function readUpload(upload: SpooledUpload, options: ReadUploadOptions): Promise<FileContent> {
  const content = await readContent(upload, options);
  const claimed = CLAIMS.get(endingOf(options.name));
  if (claimed !== undefined && claimed !== content.kind) throw fileProblem.lies(options.name, WORDS[claimed], WORDS[content.kind]);
  return content;
}

async function readContent(upload: SpooledUpload, options: ReadUploadOptions): Promise<FileContent> {
  const found = await detectType(await upload.head(HEAD_BYTES));
  switch (found.kind) {
    case 'pdf': return { kind: 'pdf', mediaType: 'application/pdf', ...await readDocument(upload, 'pdf', options) };
    case 'zip': return { kind: 'docx', mediaType: DOCX, ...await readDocument(upload, 'zip', options) };
    case 'image': return readImage(await upload.bytes(), found.mediaType);
    case 'other': throw fileProblem.unknownType(`${found.name} files are not read here`);
    case 'unknown': return readText(await upload.bytes(), options.name);
  }
}

async function readDocument(upload: SpooledUpload, kind: 'pdf' | 'zip', { limits, reader, signal }: ReadUploadOptions): Promise<ReadText> {
  const what = kind === 'pdf' ? 'PDF' : 'Word document';
  const result = await reader.read(upload.handle, {
    kind, sizeBytes: upload.sizeBytes, maxPages: limits.maxPages, maxUnpackedBytes: MOST_UNPACKED_BYTES, maxCharacters: MOST_CHARACTERS_READ,
  }, signal);
  if (result === 'too-demanding') throw fileProblem.tooDemanding(what);
  if ('unreadable' in result) throw refusal(result.unreadable, what, limits);
  return result.read;
}

function refusal(unreadable: Unreadable, what: string, { maxPages }: Config['files']) {
  switch (unreadable.reason) {
    case 'damaged': return fileProblem.damaged(what, unreadable.message);
    case 'encrypted': return fileProblem.encrypted(what);
    case 'too-many-pages': return fileProblem.tooManyPages(unreadable.pages, maxPages);
    case 'unpacks-too-large': return fileProblem.unpacksTooLarge(MOST_UNPACKED_BYTES);
    case 'not-word': return fileProblem.unknownType('it is an archive, and no Word document');
  }
}

function readImage(bytes: Buffer, mediaType: string): FileContent {
  const size = imageSize(bytes, mediaType);
  if (!size) throw fileProblem.damaged('image');
  if (size.width * size.height > MOST_PIXELS) throw fileProblem.tooManyPixels(size.width, size.height, MOST_PIXELS);
  return { kind: 'image', mediaType, pageCount: null, text: null, textCut: false };
}

function readText(bytes: Buffer, name: string): FileContent {
  const text = decodeText(bytes);
  if (text === null) throw fileProblem.unknownType();
  return { ...textKind(name), pageCount: null, text: text.slice(0, MOST_CHARACTERS_READ), textCut: text.length > MOST_CHARACTERS_READ };
}

const endingOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** Text is text; its ending says only how to show it. */
function textKind(name: string): Pick<FileContent, 'kind' | 'mediaType'> {
  const ending = endingOf(name);
  if (ending === 'md' || ending === 'markdown') return { kind: 'markdown', mediaType: 'text/markdown' };
  if (ending === 'csv' || ending === 'tsv') return { kind: 'csv', mediaType: 'text/csv' };
  return { kind: 'text', mediaType: 'text/plain' };
}

/** Endings by which people and programs choose what to open a file with. One image format under another's name harms nobody. */
const CLAIMS = new Map<string, FileKind>([
  ['pdf', 'pdf'], ['docx', 'docx'], ...['png', 'jpg', 'jpeg', 'webp', 'gif'].map((ending) => [ending, 'image'] as const),
]);

const WORDS: Record<FileKind, string> = { pdf: 'a PDF', docx: 'a Word document', image: 'an image', text: 'plain text', markdown: 'plain text', csv: 'plain text' };
