/** A word of what was heard or of an option, in the one spelling in which they are compared. */
export interface Word {
  text: string;
  /** Punctuation or "but" stands before it: what was negated there is not negated here. */
  opensClause: boolean;
}

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty'];
const DIGITS = new Map(NUMBERS.map((word, number) => [word, String(number)]));

/** Lower case, no diacritics, "don’t" as `dont`, "2p.m." as `2 pm`, "two" as `2`. */
export function wordsOf(text: string): Word[] {
  const plain = text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/(?<=\p{L})['’ʼ](?=\p{L})/gu, '').replace(/(?<=\b\p{L})\.(?=\p{L}\b)/gu, '').replace(/ß/g, 'ss');
  const words: Word[] = [];
  let opensClause = true;
  for (const [part] of plain.matchAll(/\p{L}+|\p{N}+|[.,;:!?…–—]/gu)) {
    if (/[\p{L}\p{N}]/u.test(part)) {
      words.push({ text: DIGITS.get(part) ?? part, opensClause: opensClause || part === 'but' });
      opensClause = part === 'but';
    } else {
      opensClause = true;
    }
  }
  return words;
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
/** What STT makes of a number that is said alone. */
const SOUNDS_LIKE = new Map([['won', 1], ['to', 2], ['too', 2], ['for', 4], ['ate', 8]]);

/** Which number a word names, for "first" too; null for other words. */
export function numberOf(word: string): number | null {
  if (/^\d{1,3}$/.test(word)) return Number(word);
  const ordinal = ORDINALS.indexOf(word);
  return ordinal >= 0 ? ordinal + 1 : null;
}

/** The same where nothing but a number can stand. */
export const soundedNumberOf = (word: string): number | null => numberOf(word) ?? SOUNDS_LIKE.get(word) ?? null;

/** Words that make the next one a number: "option two". */
export const NUMBERED = new Set(['option', 'number', 'choice', 'press', 'pressed', 'answer', 'key', 'digit']);

/** Around a number or nothing at all: "um, the second one please". */
export const FILLERS = new Set([
  'um', 'uh', 'er', 'hm', 'hmm', 'well', 'so', 'ok', 'okay', 'please', 'the', 'i', 'ill', 'id', 'like', 'take', 'choose', 'pick', 'want', 'say', 'said', 'go', 'with', 'will', 'would',
  'it', 'its', 'is', 'thats', 'that', 'my', 'thanks', 'thank', 'you', 'then',
]);

export const NEGATIONS = new Set(['not', 'dont', 'doesnt', 'didnt', 'isnt', 'wont', 'cant', 'cannot', 'couldnt', 'wouldnt', 'shouldnt', 'never', 'neither', 'nor', 'without', 'aint']);
/** After the option: "Monday won't do". */
export const LATE_NEGATIONS = new Set(['doesnt', 'isnt', 'wont', 'cant', 'cannot', 'wouldnt', 'not']);
export const AUXILIARIES = new Set(['does', 'is', 'will', 'can', 'would', 'do']);

/** What begins with "no" and does not say no; whole, so that its words answer nothing by themselves. */
export const IDIOMS = ['no idea', 'no clue', 'no problem', 'no worries', 'no matter', 'no doubt', 'why not', 'not only', 'not just'].map((idiom) => idiom.split(' '));

/** Between two choices: the second corrects the first. */
export const CORRECTIONS = ['i mean', 'i meant', 'actually', 'sorry', 'wait', 'rather', 'instead', 'make that', 'make it', 'correction', 'scratch that'].map((words) => words.split(' '));
