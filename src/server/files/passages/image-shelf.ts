import type { Database } from '../../platform/db/client';
import { readChunks } from '../open-file';

const MOST_BYTES_KEPT = 24_000_000;

/** The bytes of images that were shown lately: a turn shows all of the conversation's again, and they never change. */
export class ImageShelf {
  /** The one that was not shown for longest first. */
  private readonly kept = new Map<string, Uint8Array>();

  constructor(private readonly db: Database) {}

  async bytes(fileId: string): Promise<Uint8Array> {
    const bytes = this.kept.get(fileId) ?? await this.read(fileId);
    this.kept.delete(fileId);
    this.kept.set(fileId, bytes);
    let total = [...this.kept.values()].reduce((sum, { length }) => sum + length, 0);
    for (const [id, { length }] of this.kept) {
      if (total <= MOST_BYTES_KEPT || id === fileId) break;
      this.kept.delete(id);
      total -= length;
    }
    return bytes;
  }

  private async read(fileId: string): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of readChunks(this.db, fileId)) pieces.push(piece);
    return new Uint8Array(Buffer.concat(pieces));
  }
}
