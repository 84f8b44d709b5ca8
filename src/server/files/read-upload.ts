import type { Config } from '../platform/config';
import { decodeText } from './decode-text';
import { fileProblem } from './file-problem';
import type { SpooledUpload } from './spool-upload';
import type { FileKind } from './tables';

/** What an upload turned out to be. */
export interface FileContent {
  kind: FileKind;
  mediaType: string;
  pageCount: number | null;
  /** What the model reads; pages are parted by form feeds. Null for images. */
  text: string | null;
}

export interface ReadUploadOptions {
  name: string;
  limits: Config['files'];
  signal?: AbortSignal | undefined;
}

/** By its bytes: what the client says of them does not count. */
export async function readUpload(upload: SpooledUpload, { name }: ReadUploadOptions): Promise<FileContent> {
  const text = decodeText(await upload.bytes());
  if (text === null) throw fileProblem.unknownType();
  return { ...textKind(name), pageCount: null, text };
}

/** Text is text; its ending says only how to show it. */
function textKind(name: string): Pick<FileContent, 'kind' | 'mediaType'> {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  if (ending === 'md' || ending === 'markdown') return { kind: 'markdown', mediaType: 'text/markdown' };
  if (ending === 'csv' || ending === 'tsv') return { kind: 'csv', mediaType: 'text/csv' };
  return { kind: 'text', mediaType: 'text/plain' };
}
