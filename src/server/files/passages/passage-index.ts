import MiniSearch from 'minisearch';
import { termsOf } from './search-terms';
import type { Slices } from './slices';
import type { Passage } from './split-passages';

/** Slips are looked for in the first of the long terms only: it is most of the work, and a question has few such words. */
const MOST_FUZZY = 8;
/** More than any prompt has room for. */
const MOST_FOUND = 200;

export interface FoundPassage {
  position: number;
  score: number;
  /** Which of the question's terms it has. */
  matched: ReadonlySet<string>;
}

/** Finds passages by their words: those of the question, what begins with them, and what is one slip away from long ones. */
export class PassageIndex {
  private constructor(private readonly search: MiniSearch, private readonly slices: Slices) {}

  static async over(passages: readonly Passage[], slices: Slices): Promise<PassageIndex> {
    const search = new MiniSearch({ fields: ['text'], tokenize: termsOf, processTerm: (term) => term, searchOptions: { tokenize: (term) => [term] } });
    for (let id = 0; id < passages.length; id++) {
      await slices.turn();
      search.add({ id, text: passages[id]!.text });
    }
    return new PassageIndex(search, slices);
  }

  /** Best first. Term by term, as one search for all of them would add them up, but with pauses between. */
  async find(terms: readonly string[], signal?: AbortSignal): Promise<FoundPassage[]> {
    const found = new Map<number, { sum: number; matched: Set<string> }>();
    let fuzzy = 0;
    for (const term of terms) {
      await this.slices.turn(signal);
      const slips = term.length > 5 && fuzzy++ < MOST_FUZZY ? 1 : false;
      for (const { id, score } of this.search.search(term, { prefix: term.length > 3, fuzzy: slips })) {
        const known = found.get(id as number);
        if (known) {
          known.sum += score;
          known.matched.add(term);
        } else found.set(id as number, { sum: score, matched: new Set([term]) });
      }
    }
    await this.slices.turn(signal);
    return [...found].map(([position, { sum, matched }]) => ({ position, score: sum * matched.size, matched }))
      .sort((a, b) => b.score - a.score).slice(0, MOST_FOUND);
  }
}
