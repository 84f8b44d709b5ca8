interface SpokenClause {
  source: string;
  startMs: number;
  /** Null while more of its audio may come. */
  endMs: number | null;
}

/** A guess for a clause whose length is not known yet: how many milliseconds a character takes to say. */
const MS_PER_CHARACTER = 65;

/** Which part of a reply's text has been heard, from how much of its audio was played. */
export class PlayedText {
  readonly #clauses: SpokenClause[] = [];

  begin(source: string, startMs: number): void { this.#clauses.push({ source, startMs, endMs: null }); }
  end(endMs: number): void { const last = this.#clauses.at(-1); if (last) last.endMs = endMs; }

  /** The reply cut after the last word that had begun well before `playedMs`. */
  upTo(playedMs: number): string {
    let heard = '';
    for (const clause of this.#clauses) {
      if (clause.startMs >= playedMs) break;
      const lengthMs = clause.endMs === null ? Math.max(clause.source.length * MS_PER_CHARACTER, playedMs - clause.startMs) : clause.endMs - clause.startMs;
      const share = lengthMs > 0 ? (playedMs - clause.startMs) / lengthMs : 1;
      heard += share >= 1 ? clause.source : wordsWithin(clause.source, share);
    }
    return heard.trim();
  }
}

/** The words of which more than half lies within the first `share` of the text. */
function wordsWithin(text: string, share: number): string {
  const limit = text.length * share;
  let end = 0;
  for (const word of text.matchAll(/\S+/g)) {
    if (word.index + word[0].length / 2 > limit) break;
    end = word.index + word[0].length;
  }
  return text.slice(0, end);
}
