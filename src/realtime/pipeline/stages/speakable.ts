const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/```[\s\S]*?(```|$)/g, ' '], // code is read, not heard
  [/!?\[([^\]]*)\]\([^)]*\)/g, '$1'], // links and pictures: their words
  [/https?:\/\/\S+/g, ' '],
  [/^\s{0,3}(#{1,6}|>|[-*+]|\d+[.)])\s+/gm, ''], // headings, quotes, list marks
  [/[*_~`|]+/g, ''],
  [/\p{Extended_Pictographic}|\u200d|\ufe0f/gu, ''],
  [/\s+/g, ' '],
];

/** What of a piece of a reply can be said: models write Markdown even when asked not to. '' when nothing can. */
export function speakable(text: string): string {
  const spoken = REPLACEMENTS.reduce((words, [pattern, replacement]) => words.replace(pattern, replacement), text).trim();
  return /[\p{L}\p{N}]/u.test(spoken) ? spoken : '';
}
