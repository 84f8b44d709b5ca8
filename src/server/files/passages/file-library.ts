import { and, eq, inArray } from 'drizzle-orm';
import { countTokens } from '../../llm';
import type { Database } from '../../platform/db/client';
import { files, type FileKind } from '../tables';
import { PassageIndex } from './passage-index';
import type { Slices } from './slices';
import { splitPassages, type Passage } from './split-passages';

/** What is kept in memory of texts that were asked about lately; with their index they take some ten times that. */
const MOST_CHARACTERS_KEPT = 6_000_000;
/** Images and empty texts take room too. */
const MOST_FILES_KEPT = 500;
/** Less than a millisecond’s worth. */
const COUNTED_AT_ONCE_CHARACTERS = 8_000;

/** Files never change: whatever is reckoned out about one is reckoned out once. */
export interface LibraryFile {
  id: string;
  name: string;
  kind: FileKind;
  mediaType: string;
  sizeBytes: number;
  pageCount: number | null;
  /** Empty for images. */
  text: string;
  /** Whether the file goes on where the text ends. */
  textCut: boolean;
  tokens(): Promise<number>;
  passages(): Promise<readonly Passage[]>;
  passageTokens(passage: Passage): number;
  index(): Promise<PassageIndex>;
}

/** The texts of files, by conversation, for as long as their rows are there. */
export class FileLibrary {
  /** The one that was not asked for longest first. */
  private readonly kept = new Map<string, LibraryFile>();

  constructor(private readonly db: Database, private readonly slices: Slices) {}

  /** Those that there still are, in the order of their ids' list. */
  async of({ workspaceId, conversationId, ids }: { workspaceId: string; conversationId: string; ids: readonly string[] }): Promise<LibraryFile[]> {
    const theirs = and(eq(files.workspaceId, workspaceId), eq(files.conversationId, conversationId), eq(files.state, 'ready'), inArray(files.id, [...ids]));
    const there = new Set((await this.db.select({ id: files.id }).from(files).where(theirs)).map(({ id }) => id));
    const found = new Map<string, LibraryFile>();
    for (const id of ids) {
      if (!there.has(id)) {
        this.kept.delete(id);
        continue;
      }
      let file = this.kept.get(id);
      if (!file) {
        const [row] = await this.db.select({ id: files.id, name: files.name, kind: files.kind, mediaType: files.mediaType, sizeBytes: files.sizeBytes, pageCount: files.pageCount, text: files.extractedText, textCut: files.textCut })
          .from(files).where(and(theirs, eq(files.id, id)));
        // Another turn may have come first; what it has begun to reckon out is not begun again.
        file = this.kept.get(id) ?? (row && opened({ ...row, text: row.text ?? '' }, this.slices));
      }
      if (!file) continue;
      found.set(id, file);
      this.keep(file);
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  private keep(file: LibraryFile): void {
    this.kept.delete(file.id);
    this.kept.set(file.id, file);
    let characters = [...this.kept.values()].reduce((total, { text }) => total + text.length, 0);
    for (const [id, oldest] of this.kept) {
      if ((characters <= MOST_CHARACTERS_KEPT && this.kept.size <= MOST_FILES_KEPT) || id === file.id) break;
      this.kept.delete(id);
      characters -= oldest.text.length;
    }
  }
}

function opened(file: Pick<LibraryFile, 'id' | 'name' | 'kind' | 'mediaType' | 'sizeBytes' | 'pageCount' | 'text' | 'textCut'>, slices: Slices): LibraryFile {
  let tokens: Promise<number> | undefined;
  let passages: Promise<readonly Passage[]> | undefined;
  let index: Promise<PassageIndex> | undefined;
  const counted = new Map<Passage, number>();
  const split = () => (passages ??= splitPassages(file.text, { kind: file.kind, paged: file.pageCount !== null, slices }));
  return {
    ...file,
    tokens: () => (tokens ??= countSliced(file.text, slices)),
    passages: split,
    passageTokens(passage) {
      const known = counted.get(passage) ?? countTokens(passage.text);
      counted.set(passage, known);
      return known;
    },
    index: () => (index ??= split().then((pieces) => PassageIndex.over(pieces, slices))),
  };
}

async function countSliced(text: string, slices: Slices): Promise<number> {
  let tokens = 0;
  for (let at = 0; at < text.length; at += COUNTED_AT_ONCE_CHARACTERS) {
    await slices.turn();
    tokens += countTokens(text.slice(at, at + COUNTED_AT_ONCE_CHARACTERS));
  }
  return tokens;
}
