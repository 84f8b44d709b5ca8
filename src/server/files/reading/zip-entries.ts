import { createInflateRaw } from 'node:zlib';
import { Readable } from 'node:stream';
import { UnreadableError } from './job';

/** Far more than any Word document has. */
const MOST_ENTRIES = 5_000;

interface ZipEntry {
  name: string;
  method: number;
  encrypted: boolean;
  /** Where its packed bytes lie. */
  start: number;
  end: number;
}

/**
 * Unpacks every entry of the central directory, counts, and keeps nothing: what the archive says of its sizes is the
 * archive's word. The Word reader goes by a directory too, and by the same one: archives in which it would look for it
 * elsewhere, or find more in it, are refused.
 */
export async function checkZip(zip: Buffer, { maxUnpackedBytes }: { maxUnpackedBytes: number }): Promise<string[]> {
  const entries = readDirectory(zip);
  let left = maxUnpackedBytes;
  for (const entry of entries) {
    if (entry.encrypted) throw new UnreadableError({ reason: 'encrypted' });
    left -= await unpackedBytes(zip.subarray(entry.start, entry.end), entry.method, left);
  }
  return entries.map(({ name }) => name);
}

async function unpackedBytes(packed: Buffer, method: number, most: number): Promise<number> {
  const tooLarge = new UnreadableError({ reason: 'unpacks-too-large' });
  if (method === 0) {
    if (packed.length > most) throw tooLarge;
    return packed.length;
  }
  if (method !== 8) throw new Error(`Compression method ${method} is not known`);
  let total = 0;
  for await (const piece of Readable.from([packed]).pipe(createInflateRaw())) {
    total += (piece as Buffer).length;
    if (total > most) throw tooLarge;
  }
  return total;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;

/**
 * APPNOTE.TXT 4.3.12 and 4.3.16. The directory must end exactly where its end record begins: the Word reader takes bytes
 * between the two for something that was put before the archive, moves all positions by as many, and reads other entries
 * than those counted here. It goes by a second directory when any number is at its highest (ZIP64), and reads on when
 * there are more entries than were announced.
 */
function readDirectory(zip: Buffer): ZipEntry[] {
  let end = zip.length - END_BYTES;
  const first = Math.max(0, end - LONGEST_COMMENT);
  while (end >= first && zip.readUInt32LE(end) !== END) end--;
  if (end < first) throw new Error('The directory of the archive is missing');
  const numbers = [4, 6, 8, 10].map((offset) => zip.readUInt16LE(end + offset));
  const size = zip.readUInt32LE(end + 12);
  let at = zip.readUInt32LE(end + 16);
  if (numbers.includes(0xffff) || size === 0xffffffff || at === 0xffffffff) throw new Error('The archive is a ZIP64');
  if (at + size !== end) throw new Error('The directory of the archive is not where it says');
  const count = zip.readUInt16LE(end + 10);
  if (count > MOST_ENTRIES) throw new UnreadableError({ reason: 'unpacks-too-large' });
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new Error('The directory of the archive is damaged');
    const nameLength = zip.readUInt16LE(at + 28);
    const packedBytes = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    if (zip.readUInt32LE(local) !== LOCAL) throw new Error('An entry of the archive is missing');
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    if (start + packedBytes > zip.length) throw new Error('An entry of the archive is cut off');
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameLength), method: zip.readUInt16LE(at + 10), encrypted: (zip.readUInt16LE(at + 8) & 1) === 1, start, end: start + packedBytes,
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  if (at !== end) throw new Error('The directory of the archive has another length than it says');
  return entries;
}
