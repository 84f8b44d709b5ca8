import type { Slices } from './slices';

export interface Passage {
  text: string;
  /** From 1; null for what has no pages. */
  page: number | null;
}

/** Some 150 words: enough to answer from, few enough that ten of them fit beside a conversation. */
const PASSAGE_CHARACTERS = 900;
/** What is looked at between two pauses. */
const SECTION_CHARACTERS = 8_000;

/** Pieces that end where paragraphs, lines or sentences do. Tables repeat their first line, without which a row says little. */
export async function splitPassages(text: string, { kind, paged, slices }: { kind: string; paged: boolean; slices: Slices }): Promise<Passage[]> {
  const head = kind === 'csv' ? headOf(text) : '';
  const passages: Passage[] = [];
  for (const { section, page } of sectionsOf(head === '' ? text : text.slice(text.indexOf(head) + head.length))) {
    await slices.turn();
    const blocks = kind === 'csv' ? rowsOf(section) : blocksOf(section);
    for (const piece of gather(blocks, head === '' ? '' : `${head.slice(0, PASSAGE_CHARACTERS)}\n`)) passages.push({ text: piece, page: paged ? page : null });
  }
  // A table of one line is its own first row.
  return passages.length > 0 || head === '' ? passages : cut(head).map((piece) => ({ text: piece, page: null }));
}

const headOf = (text: string): string => /\S[^\n]*/.exec(text)?.[0].trimEnd() ?? '';

/** Pages, and of long ones pieces that end at a line if they can. */
function* sectionsOf(text: string): Generator<{ section: string; page: number }> {
  let page = 1;
  let blank = 0;
  for (let at = 0; at < text.length; page++) {
    const found = text.indexOf('\f', at);
    const end = found < 0 ? text.length : found;
    if (end === at && ++blank % 1_000 === 0) yield { section: '', page }; // nothing on it, but ten thousand such pages take their time too
    while (at < end) {
      const until = borderBefore(text, at + SECTION_CHARACTERS, at, end);
      yield { section: text.slice(at, until), page };
      at = until;
    }
    at = end + 1;
  }
}

function borderBefore(text: string, wished: number, from: number, end: number): number {
  if (wished >= end) return end;
  const line = text.lastIndexOf('\n', wished - 1);
  return line > from ? line + 1 : wholeSign(text, wished);
}

/** Not between the two halves of one sign. */
const wholeSign = (text: string, at: number): number => ((text.charCodeAt(at - 1) & 0xfc00) === 0xd800 ? at - 1 : at);

const rowsOf = (section: string): string[] => section.split('\n').filter((row) => row.trim() !== '').flatMap(cut);

/** Paragraphs; what is longer than a passage by its lines, then its sentences, then where it must. */
function blocksOf(text: string): string[] {
  let blocks = [text];
  for (const border of [/\n\s*\n/, /\n/, /(?<=[.!?。！？])\s*/]) blocks = blocks.flatMap((block) => (block.length > PASSAGE_CHARACTERS ? block.split(border) : [block]));
  return blocks.flatMap((block) => cut(block.trim())).filter((block) => block !== '');
}

function cut(block: string): string[] {
  if (block.length <= PASSAGE_CHARACTERS) return [block];
  const pieces: string[] = [];
  for (let at = 0; at < block.length;) {
    const end = at + PASSAGE_CHARACTERS >= block.length ? block.length : wholeSign(block, at + PASSAGE_CHARACTERS);
    pieces.push(block.slice(at, end));
    at = end;
  }
  return pieces;
}

function gather(blocks: readonly string[], head: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const block of blocks) {
    if (piece !== '' && piece.length + block.length >= PASSAGE_CHARACTERS) {
      pieces.push(head + piece);
      piece = '';
    }
    piece += (piece === '' ? '' : '\n') + block;
  }
  return piece === '' ? pieces : [...pieces, head + piece];
}
