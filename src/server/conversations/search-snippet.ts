import type { ConversationSnippet } from './contract';
import type { SearchTerm } from './search-text';

const BEFORE_CHARACTERS = 50;
const AFTER_CHARACTERS = 130;
/** Where words meet: whatever is neither letter, digit nor the marks upon them. */
const BETWEEN = '[^\\p{L}\\p{N}\\p{M}]*';

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Finds a term in the text as it was said, with its punctuation. */
const patternOf = ({ words, whole }: SearchTerm): string => {
  const spaced = words.some((word) => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u.test(word));
  const edge = (side: 'before' | 'after') => (spaced ? '' : side === 'before' ? '(?<![\\p{L}\\p{N}\\p{M}])' : '(?![\\p{L}\\p{N}\\p{M}])');
  return `${edge('before')}${words.map(escaped).join(BETWEEN)}${whole ? edge('after') : ''}`;
};

const highlighter = (terms: readonly SearchTerm[]): RegExp => new RegExp(`(${terms.map(patternOf).join('|')})`, 'giu');

/** The piece of a text around the first thing found, in parts: what matched and what stands between. */
export function snippetParts(text: string, terms: readonly SearchTerm[]): ConversationSnippet['parts'] {
  const pattern = highlighter(terms);
  const at = text.search(pattern);
  const { from, to } = at < 0 ? { from: 0, to: BEFORE_CHARACTERS + AFTER_CHARACTERS } : { from: wordStart(text, at - BEFORE_CHARACTERS), to: at + AFTER_CHARACTERS };
  const end = to >= text.length ? text.length : wordEnd(text, to);
  const shown = `${from > 0 ? '…' : ''}${text.slice(from, end).replace(/\s+/g, ' ').trim()}${end < text.length ? '…' : ''}`;
  // A split with one group in the pattern: what stands between and what matched take turns.
  return shown.split(pattern).map((part, index) => ({ text: part, match: index % 2 === 1 })).filter(({ text: part }) => part !== '');
}

/** Not in the middle of a word, if one ends nearby. */
function wordStart(text: string, at: number): number {
  if (at <= 0) return 0;
  const blank = text.slice(at, at + 20).search(/\s/);
  return blank < 0 ? at : at + blank + 1;
}

function wordEnd(text: string, at: number): number {
  const blank = text.slice(at, at + 20).search(/\s/);
  return blank < 0 ? at : at + blank;
}
