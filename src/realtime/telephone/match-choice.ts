import type { UserTurn } from '../session/session-script';
import { AUXILIARIES, CORRECTIONS, FILLERS, IDIOMS, LATE_NEGATIONS, NEGATIONS, NUMBERED, numberOf, soundedNumberOf, wordsOf, type Word } from './choice-words';

export interface ChoiceOption {
  value: string;
  synonyms: string[];
}

/** Words `from` to before `to` name an option; `null` is an idiom, which names none. */
interface Hit { from: number; to: number; option: number | null }

/** How far before an option a "not" counts: "I don't want to confirm". */
const NEGATION_REACH = 4;

/**
 * The option that somebody has chosen, by its value; null when they chose none, or more than one.
 * Whole words are compared, so that "I don't know" is not "no". An option is chosen by its value, a synonym, its key or
 * its place ("two", "the second one"). What is negated is not chosen, and what is corrected ("no, I mean yes") is corrected.
 * A doubt is answered by asking again: that costs a few seconds, a wrong answer an appointment.
 */
export function matchChoice({ text, digits }: UserTurn, options: readonly ChoiceOption[]): string | null {
  if (digits !== undefined) return valueAt(options, byNumber(digits, options));
  const words = wordsOf(text);
  const phrases = options.map(({ value, synonyms }) => [value, ...synonyms].map((phrase) => wordsOf(phrase).map((word) => word.text)));
  const hits = findHits(words, phrases, options);
  const clear = hits.filter((hit) => !isNegated(words, hit));
  const last = clear.at(-1);
  if (!last) return hits.length > 0 ? null : valueAt(options, wholeNumber(words, options));
  const others = clear.filter(({ option }) => option !== last.option);
  if (others.length > 0 && !corrects(words, others.at(-1)!, last, phrases)) return null;
  // "No, don't cancel": what was chosen is also what was declined.
  const declined = hits.some((hit) => hit.option === last.option && !clear.includes(hit) && hit.from > last.from);
  return declined ? null : valueAt(options, last.option);
}

const valueAt = (options: readonly ChoiceOption[], index: number | null): string | null => (index === null ? null : (options[index]?.value ?? null));

/** Every option that is named, in the order of the words. Where phrases overlap the longest counts, then the first option's. */
function findHits(words: Word[], phrases: string[][][], options: readonly ChoiceOption[]): (Hit & { option: number })[] {
  const hits: Hit[] = [];
  for (let from = 0; from < words.length;) {
    const hit = longestAt(words, from, phrases) ?? numberedAt(words, from, options);
    if (hit) hits.push(hit);
    from = hit?.to ?? from + 1;
  }
  return hits.filter((hit): hit is Hit & { option: number } => hit.option !== null);
}

function longestAt(words: Word[], from: number, phrases: string[][][]): Hit | undefined {
  let longest: Hit | undefined;
  const consider = (phrase: string[], option: number | null) => {
    if (isBareNumber(phrase) || !saidAt(words, from, phrase)) return; // "I have one question" is not option one
    if (!longest || phrase.length > longest.to - from) longest = { from, to: from + phrase.length, option };
  };
  phrases.forEach((ofOption, option) => { for (const phrase of ofOption) consider(phrase, option); });
  for (const idiom of IDIOMS) consider(idiom, null);
  return longest;
}

const isBareNumber = (phrase: string[]): boolean => phrase.length === 1 && /^\d+$/.test(phrase[0]!);

const saidAt = (words: Word[], from: number, phrase: string[]): boolean => phrase.length > 0 && phrase.every((word, at) => words[from + at]?.text === word);

/** "Option two", "number one". */
function numberedAt(words: Word[], from: number, options: readonly ChoiceOption[]): Hit | undefined {
  const next = words[from + 1];
  if (!NUMBERED.has(words[from]!.text) || !next) return undefined;
  const number = soundedNumberOf(next.text);
  const option = number === null ? null : byNumber(String(number), options);
  return option === null ? undefined : { from, to: from + 2, option };
}

/** A number and nothing else that matters: "two", "the second one, please". */
function wholeNumber(words: Word[], options: readonly ChoiceOption[]): number | null {
  const said = words.map((word) => word.text);
  const [number, ...rest] = said.length === 1 ? said : said.filter((word) => !FILLERS.has(word));
  if (number === undefined || !(rest.length === 0 || (rest.length === 1 && (rest[0] === '1' || rest[0] === 'option')))) return null; // "the second one"
  const named = said.length === 1 ? soundedNumberOf(number) : numberOf(number);
  return named === null ? null : byNumber(String(named), options);
}

/** An option that is called by this number, else the one in this place. */
function byNumber(digits: string, options: readonly ChoiceOption[]): number | null {
  const called = options.findIndex(({ value, synonyms }) => [value, ...synonyms].some((name) => name === digits || wordsOf(name).map((word) => word.text).join(' ') === digits));
  if (called >= 0) return called;
  const place = /^\d{1,3}$/.test(digits) ? Number(digits) - 1 : -1;
  return place >= 0 && place < options.length ? place : null;
}

/** "Not Monday", "I don't want to confirm", "Monday does not work". A clause ends it: "not Monday, Tuesday". */
function isNegated(words: Word[], hit: Hit): boolean {
  for (let at = hit.from; at > 0 && at > hit.from - NEGATION_REACH && !words[at]!.opensClause; at--) if (NEGATIONS.has(words[at - 1]!.text)) return true;
  const [after, then] = [words[hit.to], words[hit.to + 1]];
  if (!after || after.opensClause) return false;
  return LATE_NEGATIONS.has(after.text) || (AUXILIARIES.has(after.text) && then?.text === 'not');
}

/** Whether the later choice takes the place of the earlier one: "yes, sorry, no"; "Monday, no, Tuesday" where "no" is no option. */
function corrects(words: Word[], earlier: Hit, later: Hit, phrases: string[][][]): boolean {
  const between = words.slice(earlier.to, later.from);
  if (CORRECTIONS.some((correction) => between.some((_, at) => saidAt(between, at, correction)))) return true;
  return !phrases.flat().some((phrase) => phrase.includes('no')) && between.some((word) => word.text === 'no');
}
