import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../platform/db/client';
import { files, type FileKind } from '../tables';
import { PassageIndex } from './passage-index';
import { splitPassages, type Passage } from './split-passages';

/** What is kept in memory of texts that were asked about lately; with their index they take some ten times that. */
const MOST_CHARACTERS_KEPT = 6_000_000;

export interface LibraryFile {
  id: string;
  name: string;
  kind: FileKind;
  mediaType: string;
  sizeBytes: number;
  pageCount: number | null;
  /** Empty for images. */
  text: string;
  passages(): readonly Passage[];
  index(): Promise<PassageIndex>;
}

/** The texts of files, by conversation. Files never change, so what was read once is right for as long as the row is there. */
export class FileLibrary {
  /** The one that was not asked for longest first. */
  private readonly kept = new Map<string, LibraryFile>();

  constructor(private readonly db: Database) {}

  /** Those that there still are, in the order of their ids' list. */
  async of({ workspaceId, conversationId, ids }: { workspaceId: string; conversationId: string; ids: readonly string[] }): Promise<LibraryFile[]> {
    const theirs = and(eq(files.workspaceId, workspaceId), eq(files.conversationId, conversationId), eq(files.state, 'ready'), inArray(files.id, [...ids]));
    const there = new Set((await this.db.select({ id: files.id }).from(files).where(theirs)).map(({ id }) => id));
    const found = new Map<string, LibraryFile>();
    const missing: string[] = [];
    for (const id of ids) {
      const known = there.has(id) ? this.kept.get(id) : undefined;
      if (known) found.set(id, known);
      else if (there.has(id)) missing.push(id);
      else this.kept.delete(id);
    }
    for (const id of missing) {
      const [row] = await this.db.select({ id: files.id, name: files.name, kind: files.kind, mediaType: files.mediaType, sizeBytes: files.sizeBytes, pageCount: files.pageCount, text: files.extractedText })
        .from(files).where(and(theirs, eq(files.id, id)));
      if (row) found.set(id, opened({ ...row, text: row.text ?? '' }));
    }
    for (const file of found.values()) this.keep(file);
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  private keep(file: LibraryFile): void {
    this.kept.delete(file.id);
    this.kept.set(file.id, file);
    let characters = [...this.kept.values()].reduce((total, { text }) => total + text.length, 0);
    for (const [id, oldest] of this.kept) {
      if (characters <= MOST_CHARACTERS_KEPT || id === file.id) break;
      this.kept.delete(id);
      characters -= oldest.text.length;
    }
  }
}

function opened(file: Omit<LibraryFile, 'passages' | 'index'>): LibraryFile {
  let passages: readonly Passage[] | undefined;
  let index: Promise<PassageIndex> | undefined;
  const split = () => (passages ??= splitPassages(file.text, { kind: file.kind, paged: file.pageCount !== null }));
  return { ...file, passages: split, index: () => (index ??= PassageIndex.over(split())) };
}
