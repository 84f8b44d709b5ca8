import { UnreadableError, type ReadJob } from './job';
import { checkZip } from './zip-entries';

/** The paragraphs of a Word document, tables cell by cell. */
export async function readDocx(data: Buffer, { maxUnpackedBytes, maxCharacters }: ReadJob): Promise<{ text: string; pageCount: null }> {
  const names = await checkZip(data, { maxUnpackedBytes });
  if (!names.includes('[Content_Types].xml') || !names.some((name) => name.startsWith('word/'))) throw new UnreadableError({ reason: 'not-word' });
  const { default: mammoth } = await import('mammoth');
  const { value } = await mammoth.extractRawText({ buffer: data });
  return { text: value.replaceAll('\f', ' ').replace(/\n{3,}/g, '\n\n').trim().slice(0, maxCharacters), pageCount: null };
}
