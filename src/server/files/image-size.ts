export interface ImageSize { width: number; height: number }

/**
 * The dimensions of an image by its own frame, walked from the first byte to the last: nothing is decoded, and what is
 * cut off or is only the beginning of an image is none. Null where it does not hold.
 */
export function imageSize(bytes: Buffer, mediaType: string): ImageSize | null {
  try {
    const size = WALKERS[mediaType]?.(bytes) ?? null;
    return size && size.width > 0 && size.height > 0 ? size : null;
  } catch (error) {
    if (error instanceof RangeError) return null; // read past the end
    throw error;
  }
}

const WALKERS: Record<string, (bytes: Buffer) => ImageSize | null> = {
  'image/png': walkPng,
  'image/jpeg': walkJpeg,
  'image/gif': walkGif,
  'image/webp': walkWebp,
};

/** PNG (ISO/IEC 15948) 5.3: chunks of length, type, data, CRC; IHDR first, IEND last. */
function walkPng(bytes: Buffer): ImageSize | null {
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  let hasPixels = false;
  for (let at = 8; ;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    at += 12 + length;
    if (at > bytes.length) return null;
    if (type === 'IDAT') hasPixels = true;
    if (type === 'IEND') return hasPixels ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : null;
  }
}

const START_OF_FRAME = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

/** JPEG (ITU T.81) B.1: marker segments up to the scan, which some encoders end without its marker. */
function walkJpeg(bytes: Buffer): ImageSize | null {
  let size: ImageSize | null = null;
  for (let at = 2; ;) {
    if (bytes.readUInt8(at) !== 0xff) return null;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) { at++; continue; } // fill
    if (marker === 0xd9) return null;
    const length = bytes.readUInt16BE(at + 2);
    if (START_OF_FRAME.has(marker)) size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + length;
    if (length < 2 || at > bytes.length) return null;
    if (marker === 0xda) return at < bytes.length ? size : null;
  }
}

/** GIF89a 17–27: the screen, its colours, then blocks; it must come to a picture. */
function walkGif(bytes: Buffer): ImageSize | null {
  const size = { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  const colours = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + colours(bytes.readUInt8(10));
  const skipBlocks = () => { for (let length = bytes.readUInt8(at++); length > 0; length = bytes.readUInt8(at++)) at += length; };
  for (let pictures = 0; ;) {
    const block = at < bytes.length ? bytes.readUInt8(at++) : 0x3b; // the trailer is often forgotten
    if (block === 0x3b) return pictures > 0 ? size : null;
    if (block === 0x21) { at++; skipBlocks(); }
    else if (block === 0x2c) {
      // A picture larger than its screen is drawn larger by some readers: the larger one counts.
      size.width = Math.max(size.width, bytes.readUInt16LE(at) + bytes.readUInt16LE(at + 4));
      size.height = Math.max(size.height, bytes.readUInt16LE(at + 2) + bytes.readUInt16LE(at + 6));
      at += 9 + colours(bytes.readUInt8(at + 8)) + 1;
      skipBlocks();
      pictures++;
    } else return null;
  }
}

/** RFC 9649: a RIFF container whose first chunk says the size. */
function walkWebp(bytes: Buffer): ImageSize | null {
  if (bytes.readUInt32LE(4) + 8 > bytes.length) return null;
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X': return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    case 'VP8L': {
      if (bytes.readUInt8(20) !== 0x2f) return null;
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ': {
      if (bytes.readUIntBE(23, 3) !== 0x9d012a) return null;
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    }
    default: return null;
  }
}
