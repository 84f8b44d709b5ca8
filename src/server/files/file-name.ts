/** Enough for every file system; what is longer loses its middle, never its ending. */
const MOST_CHARACTERS = 200;

/** Control characters, and those that turn the direction of text: `invoice\u202Efdp.exe` must not read as `invoiceexe.pdf`. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * The client's name for a file, as it is shown and sent back: one line, no folders. It names nothing on any disk: files
 * are kept under their ids.
 */
export function safeFileName(name: string): string {
  const bare = (name.split(/[\\/]/).at(-1) ?? '').normalize('NFC').replace(UNSEEN, '').replace(/\s+/g, ' ').trim();
  const shown = bare.replace(/^\.+/, '').trim();
  if (shown === '') return 'file';
  const characters = [...shown];
  if (characters.length <= MOST_CHARACTERS) return shown;
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(shown)?.[0] ?? '';
  return characters.slice(0, MOST_CHARACTERS - ending.length - 1).join('') + '…' + ending;
}

/** A header that every browser reads (RFC 6266): plain ASCII, and beside it the name as it is. */
export function contentDisposition(how: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${how}; filename="${plain}"; filename*=UTF-8''${full}`;
}
