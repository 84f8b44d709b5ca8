/** What a model of our own answers from. */
export interface QuotedFile {
  name: string;
  kind: string;
  pageCount: number | null;
  beginning: string;
  /** Best first. */
  best: Array<{ text: string; page: number | null; /** How much of the question it has, 0–1. */ share: number; score: number }>;
}
