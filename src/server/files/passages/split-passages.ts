export interface Passage {
  text: string;
  /** From 1; null for what has no pages. */
  page: number | null;
}

/** Some 150 words: enough to answer from, few enough that ten of them fit beside a conversation. */
const PASSAGE_CHARACTERS = 900;

/** Pieces that end where paragraphs, lines or sentences do. Tables repeat their first line, without which a row says little. */
export function splitPassages(text: string, { kind, paged }: { kind: string; paged: boolean }): Passage[] {
  if (kind === 'csv') return splitTable(text);
  return text.split('\f').flatMap((page, index) => gather(blocksOf(page)).map((piece) => ({ text: piece, page: paged ? index + 1 : null })));
}

/** Paragraphs; what is longer than a passage by its lines, then its sentences, then where it must. */
function blocksOf(text: string): string[] {
  let blocks = [text];
  for (const border of [/\n\s*\n/, /\n/, /(?<=[.!?。！？])\s*/]) blocks = blocks.flatMap((block) => (block.length > PASSAGE_CHARACTERS ? block.split(border) : [block]));
  return blocks.flatMap((block) => cut(block.trim())).filter((block) => block !== '');
}

function cut(block: string): string[] {
  if (block.length <= PASSAGE_CHARACTERS) return [block];
  const pieces: string[] = [];
  for (let at = 0; at < block.length; at += PASSAGE_CHARACTERS) pieces.push(block.slice(at, at + PASSAGE_CHARACTERS));
  return pieces;
}

function gather(blocks: readonly string[], head = ''): string[] {
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

function splitTable(text: string): Passage[] {
  const [head = '', ...rows] = text.split('\n').filter((row) => row.trim() !== '');
  if (rows.length === 0) return cut(head.trim()).map((piece) => ({ text: piece, page: null }));
  return gather(rows.flatMap(cut), `${head.slice(0, PASSAGE_CHARACTERS)}\n`).map((piece) => ({ text: piece, page: null }));
}
