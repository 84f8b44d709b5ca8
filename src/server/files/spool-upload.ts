import { createHash } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { newId } from '../platform/ids';
import { fileProblem } from './file-problem';

export interface SpooledUpload extends AsyncDisposable {
  /** Read it by position: the reader's process has the same open file. */
  handle: FileHandle;
  sizeBytes: number;
  sha256: string;
  /** At most that many, from the beginning. */
  head(bytes: number): Promise<Buffer>;
  bytes(): Promise<Buffer>;
  /** In pieces, none longer than that. */
  pieces(pieceBytes: number): AsyncIterable<Buffer>;
}

/**
 * Writes an upload to disk as it comes, counted: twenty at once must not be twenty files in memory. The file has no
 * name any more once it is open, so nothing of it outlives this process, however that ends.
 */
export async function spoolUpload(data: Readable | Uint8Array, { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal | undefined }): Promise<SpooledUpload> {
  const path = join(tmpdir(), `parley-${newId()}`);
  const handle = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const source = data instanceof Uint8Array ? Readable.from([data]) : data;
    try {
      for await (const chunk of source) {
        signal?.throwIfAborted();
        const piece = chunk as Uint8Array;
        if (sizeBytes + piece.length > maxBytes) throw fileProblem.tooLarge(maxBytes);
        hash.update(piece);
        await writeWhole(handle, piece, sizeBytes);
        sizeBytes += piece.length;
      }
    } catch (error) {
      source.destroy();
      await finished(source).catch(() => {});
      throw error;
    }
    if (sizeBytes === 0) throw fileProblem.empty();
    return {
      handle, sizeBytes, sha256: hash.digest('hex'),
      head: (bytes) => readAt(handle, 0, Math.min(bytes, sizeBytes)),
      bytes: () => readAt(handle, 0, sizeBytes),
      async* pieces(pieceBytes) {
        for (let at = 0; at < sizeBytes; at += pieceBytes) yield await readAt(handle, at, Math.min(pieceBytes, sizeBytes - at));
      },
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function writeWhole(handle: FileHandle, piece: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < piece.length;) written += (await handle.write(piece, written, piece.length - written, position + written)).bytesWritten;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(buffer, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}
