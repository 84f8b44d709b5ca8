import { UnreadableError, type ReadJob, type ReadText } from './job';
import { checkZip } from './zip-entries';

/** The paragraphs of a Word document, tables cell by cell. */
export async function readDocx(data: Buffer, { maxUnpackedBytes, maxCharacters }: ReadJob): Promise<ReadText> {
  const names = await checkZip(data, { maxUnpackedBytes });
  if (!names.includes('[Content_Types].xml') || !names.some((name) => name.startsWith('word/'))) throw new UnreadableError({ reason: 'not-word' });
  const { default: mammoth } = await import('mammoth');
  const { value } = await mammoth.extractRawText({ buffer: data });
  const text = value.replaceAll('\f', ' ').replace(/\n{3,}/g, '\n\n').trim();
  return { text: text.slice(0, maxCharacters), pageCount: null, textCut: text.length > maxCharacters };
}
