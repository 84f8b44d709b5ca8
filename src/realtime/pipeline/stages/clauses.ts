import type { ClauseFrame, TextFrame } from '../frame';
import type { Stage } from '../stage';
import { speakable } from './speakable';

/**
 * Lengths in characters. The first clause is short, because the person waits for it: a comma is enough and a
 * model that writes none is cut at a word. Later ones are whole sentences, which sound better and are still
 * synthesised long before the ones before them have been said.
 */
const FIRST = { sentenceFrom: 4, commaFrom: 12, cutAt: 60 };
const LATER = { sentenceFrom: 20, commaFrom: 90, cutAt: 240 };

const SENTENCE_END = /[.!?…]+["')\]]*(?=\s)|[。！？]|\n+/g;
const COMMA = /[,;:–—](?=\s)|[，、；：]/g;
/** A full stop after these, after one letter or after a list number ends no sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:\p{L}|\d{1,2}|mr|mrs|ms|dr|prof|st|vs|etc|no|e\.g|i\.e|approx|dept|est|inc|ltd|jr|sr)\.$/iu;

/** Ends of all matches that lie within the limits. */
function* ends(text: string, pattern: RegExp, from: number, to: number): Generator<number> {
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    if (end >= from && end <= to) yield end;
  }
}

/** Where the first clause of `text` ends, or 0 while that is not certain. The earliest end wins, so that the pieces in which text comes change nothing. */
function boundary(text: string, limits: typeof FIRST): number {
  const { sentenceFrom, commaFrom, cutAt } = limits;
  const head = text.slice(0, cutAt + 2); // with what a pattern looks ahead at; a long answer may come in one piece
  let earliest = Infinity;
  for (const end of ends(head, SENTENCE_END, sentenceFrom, cutAt)) {
    if (ABBREVIATION.test(head.slice(0, end))) continue;
    earliest = end;
    break;
  }
  for (const end of ends(head, COMMA, commaFrom, cutAt)) {
    earliest = Math.min(earliest, end);
    break;
  }
  if (earliest !== Infinity) return earliest;
  if (text.length <= cutAt) return 0;
  const space = text.lastIndexOf(' ', cutAt);
  return space > 0 ? space : cutAt;
}

/** Text in pieces of any size to clauses worth speaking in one go. */
export class ClauseStage implements Stage<TextFrame, ClauseFrame> {
  async *run(input: AsyncIterable<TextFrame>, signal: AbortSignal): AsyncGenerator<ClauseFrame> {
    let text = '';
    let index = 0;
    const clause = (source: string): ClauseFrame => ({ kind: 'data', type: 'clause', index: index++, source, spoken: speakable(source) });

    for await (const frame of input) {
      if (signal.aborted) return;
      if (frame.type === 'text') text += frame.text;
      for (let end = boundary(text, index === 0 ? FIRST : LATER); end > 0; end = boundary(text, LATER)) {
        yield clause(text.slice(0, end));
        text = text.slice(end);
      }
      if (frame.type === 'flush' && text.trim() !== '') {
        yield clause(text);
        text = '';
      }
    }
    if (text !== '' && !signal.aborted) yield clause(text);
  }
}
