import { sql, type SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';

/*
 * Text is searched as plain words: lower case, no stemming, no stop words, whatever the language. Both sides, the stored
 * text (in SQL) and the query (here), are prepared alike before Postgres' own parser sees them:
 * - punctuation and symbols become blanks, so that "anna@example.com", "43.2" and "foo-bar" are words in a row rather
 *   than one token of a special kind, of which no part could be found;
 * - scripts that are written without blanks become one word a character, so that any part of a sentence can be found.
 */

/** Character classes, as regular expressions of both JavaScript and Postgres write them. */
const PUNCTUATION = '\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u00A9\\u00AB-\\u00B4\\u00B6-\\u00B9\\u00BB-\\u00BF\\u2000-\\u206F\\u2190-\\u2BFF\\u3000-\\u3004\\u3007-\\u303F\\uFE00-\\uFE0F\\uFE30-\\uFE4F\\uFF01-\\uFF0F\\uFF1A-\\uFF20';
const ASTRAL_SYMBOLS = { javascript: '\\u{1F000}-\\u{1FAFF}', postgres: '\\U0001F000-\\U0001FAFF' };
/** Thai, Lao, Burmese, Khmer, kana, Chinese characters. */
const UNSPACED = '\\u0E00-\\u0EFF\\u1000-\\u109F\\u1780-\\u17FF\\u3041-\\u30FF\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uF900-\\uFAFF';

/** A tsvector holds at most 1 MB; what is said at greater length is found by its beginning. */
const SEARCHED_CHARACTERS = 100_000;

/** An expression without parameters: the planner uses the index only for the very expression it was made with. */
const vectorOf = (text: SQL): SQL =>
  sql`to_tsvector('simple', regexp_replace(regexp_replace(left(${text}, ${sql.raw(String(SEARCHED_CHARACTERS))}), ${sql.raw(`'[${PUNCTUATION}${ASTRAL_SYMBOLS.postgres}]'`)}, ' ', 'g'), ${sql.raw(`'([${UNSPACED}])'`)}, ${sql.raw(`' \\1 '`)}, 'g'))`;

export const messageVector = (content: AnyPgColumn): SQL => vectorOf(sql`${content}`);
export const conversationVector = (title: AnyPgColumn, label: AnyPgColumn): SQL => vectorOf(sql`(coalesce(${title}, '') || ' ' || ${label})`);

const punctuation = new RegExp(`[${PUNCTUATION}${ASTRAL_SYMBOLS.javascript}]`, 'gu');
const unspaced = new RegExp(`([${UNSPACED}])`, 'gu');
const isUnspaced = new RegExp(`^[${UNSPACED}]$`, 'u');

const wordsOf = (text: string): string[] => text.replace(punctuation, ' ').replace(unspaced, ' $1 ').split(/\s+/).filter(Boolean);

/** Words that must stand side by side; the last one may go on, unless `whole`. */
export interface SearchTerm {
  words: string[];
  whole: boolean;
}

const MOST_TERMS = 12;

/**
 * What a person typed, as terms that all must be found: words, "quoted phrases", and what was joined by punctuation as
 * a phrase. The last one is still being typed, so it may be a beginning; but a lone letter begins half of everything.
 */
export function searchTerms(typed: string): SearchTerm[] {
  const parts = [...typed.matchAll(/"([^"]+)"?|[^\s"]+/g)].slice(0, MOST_TERMS)
    .map(([all, quoted]) => ({ words: wordsOf(quoted ?? all), closed: all.endsWith('"') })).filter(({ words }) => words.length > 0);
  return parts.map(({ words, closed }, index) => {
    const last = words.at(-1) ?? '';
    const lone = parts.length === 1 && words.length === 1 && /^[\x20-\x7e]$/.test(last);
    return { words, whole: index < parts.length - 1 || closed || lone || isUnspaced.test(last) };
  });
}

/** For `to_tsquery('simple', …)`: the words hold no quote and no backslash, both are punctuation. */
export const tsQueryText = (terms: readonly SearchTerm[]): string =>
  terms.map(({ words, whole }) => `(${words.map((word, index) => `'${word}'${index === words.length - 1 && !whole ? ':*' : ''}`).join(' <-> ')})`).join(' & ');
