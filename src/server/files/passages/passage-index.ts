import MiniSearch from 'minisearch';
import type { Passage } from './split-passages';
import { termsOf } from './search-terms';

/** So many at a time: a book must not hold up the voices in the same process. */
const PASSAGES_A_STEP = 40;

export interface FoundPassage {
  position: number;
  score: number;
  /** Which of the question's terms it has. */
  matched: ReadonlySet<string>;
}

/** Finds passages by their words: those of the question, what begins with them, and what is one slip away from long ones. */
export class PassageIndex {
  private constructor(private readonly search: MiniSearch) {}

  static async over(passages: readonly Passage[]): Promise<PassageIndex> {
    const search = new MiniSearch({ fields: ['text'], tokenize: termsOf, processTerm: (term) => term });
    await search.addAllAsync(passages.map(({ text }, id) => ({ id, text })), { chunkSize: PASSAGES_A_STEP });
    return new PassageIndex(search);
  }

  find(terms: readonly string[]): FoundPassage[] {
    if (terms.length === 0) return [];
    return this.search.search(terms.join(' '), { prefix: (term) => term.length > 3, fuzzy: (term) => (term.length > 5 ? 0.2 : false) })
      .map(({ id, score, queryTerms }) => ({ position: id as number, score, matched: new Set(queryTerms) }));
  }
}
