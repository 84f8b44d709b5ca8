import { dirname, sep } from 'node:path';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { packageFile } from '../../platform/package-file';
import { UnreadableError, type ReadJob, type ReadText } from './job';

/** The text of each page, parted by form feeds. Nothing is drawn, run or fetched. */
export async function readPdf(data: Uint8Array, { maxPages, maxCharacters }: ReadJob): Promise<ReadText> {
  // Only drawing needs it, and nothing is drawn; without the name the library does not load.
  Object.assign(globalThis, { DOMMatrix: class {} });
  const { getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({
    data, verbosity: VerbosityLevel.ERRORS, disableFontFace: true, useSystemFonts: false, isOffscreenCanvasSupported: false, isImageDecoderSupported: false, useWasm: false,
    enableXfa: false, stopAtErrors: false,
    cMapUrl: folder('cmaps'), cMapPacked: true, // without them, Chinese, Japanese and Korean are numbers
    standardFontDataUrl: folder('standard_fonts'),
  });
  try {
    const document = await task.promise;
    if (document.numPages > maxPages) throw new UnreadableError({ reason: 'too-many-pages', pages: document.numPages });
    return { ...await readPages(document, maxCharacters), pageCount: document.numPages };
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException') throw new UnreadableError({ reason: 'encrypted' });
    throw error;
  } finally {
    await task.destroy();
  }
}

const folder = (name: keyof typeof FILE_IN): string => dirname(packageFile('pdfjs-dist', `${name}/${FILE_IN[name]}`)) + sep;
const FILE_IN = { cmaps: 'LICENSE', standard_fonts: 'LICENSE_FOXIT' };

async function readPages(document: PDFDocumentProxy, maxCharacters: number): Promise<Pick<ReadText, 'text' | 'textCut'>> {
  const pages: string[] = [];
  let characters = 0;
  let unread = 0;
  let textCut = false;
  let failure: unknown;
  for (let number = 1; number <= document.numPages; number++) {
    try {
      // Once it is known that there is more, the other pages need not be read.
      const whole = textCut ? '' : await readPage(document, number);
      const text = whole.slice(0, maxCharacters - characters);
      if (text.length < whole.length) textCut = true;
      characters += text.length;
      pages.push(text);
    } catch (error) { // a bad page costs itself
      failure = error;
      unread++;
      pages.push('');
    }
  }
  if (unread === document.numPages) throw failure ?? new Error('There are no pages');
  return { text: pages.join('\f'), textCut };
}

async function readPage(document: PDFDocumentProxy, number: number): Promise<string> {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  page.cleanup();
  return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('').replaceAll('\f', ' ').trim();
}
