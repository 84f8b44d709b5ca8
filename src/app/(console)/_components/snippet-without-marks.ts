import type { ConversationSnippet } from '@/server/conversations/contract';

type Parts = ConversationSnippet['parts'];

const BEGINNING = '[File uploaded: ';

/** Where a file was found by its name, the name without the record's words around it. */
export function snippetWithoutMarks(parts: Parts): Parts {
  const words = parts.map(({ text }) => text).join('');
  if (!words.startsWith(BEGINNING)) return parts;
  const end = words.endsWith(']') ? words.length - 1 : words.length;
  let at = 0;
  return parts.flatMap(({ text, match }) => {
    const rest = text.slice(Math.max(0, BEGINNING.length - at), Math.max(0, end - at));
    at += text.length;
    return rest === '' ? [] : [{ text: rest, match }];
  });
}
