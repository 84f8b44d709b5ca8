/** Text as people's programs write it: UTF-8 with or without a mark, UTF-16 with one. Anything else is no text: null. */
export function decodeText(bytes: Uint8Array): string | null {
  const text = decoded(bytes);
  // Tabs, line ends and form feeds belong to text; other control characters are signs of something else.
  return text === null || CONTROLS.test(text) ? null : text.replace(/\r\n?/g, '\n');
}

// eslint's rule against control characters is for those that got in by mistake; these are meant.
const CONTROLS = new RegExp('[\\u0000-\\u0008\\u000B\\u000E-\\u001A\\u001C-\\u001F]');

function decoded(bytes: Uint8Array): string | null {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  if (encoding !== 'utf-8' && bytes.length % 2 === 1) return null;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
