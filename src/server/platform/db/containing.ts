/** A LIKE pattern for text that contains `text`: `%`, `_` and `\` stand for themselves in what people search for. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
