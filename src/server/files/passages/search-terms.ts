/** Words that every text has. */
const COMMON = new Set(('a about all am an and any are as at be been but by can could did do does for from give had has have he her his how i if in into is it its just know let like list me my no not of on or our out '
  + 'please say says said she should show so some tell than that the their them then there these they this those to up us was we were what when where which who whom whose why will with would you your '
  + 'file files document documents page pages attached attachment pdf text read find look there').split(' '));

const WORDS = /[\p{L}\p{N}]+(?:['’.][\p{L}\p{N}]+)*/gu;
/** Written without spaces: pairs of signs stand for words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

export function termsOf(text: string): string[] {
  return (text.normalize('NFKC').toLowerCase().match(WORDS) ?? []).flatMap((word) => (UNSPACED.test(word) ? pairsOf(word) : [stem(word)]));
}

/** A question longer than that is a text of its own, and its beginning says what it is about. */
const MOST_CHARACTERS = 4_000;
const MOST_TERMS = 40;

/** Those that tell one question from another; of too many the longest, which tell most. */
export function tellingTerms(question: string): string[] {
  const terms = [...new Set(termsOf(question.slice(0, MOST_CHARACTERS)).filter((term) => !COMMON.has(term)))];
  return terms.length <= MOST_TERMS ? terms : terms.sort((a, b) => b.length - a.length).slice(0, MOST_TERMS);
}

const pairsOf = (word: string): string[] => {
  const signs = [...word];
  return signs.length < 2 ? signs : signs.slice(1).map((sign, index) => `${signs[index]}${sign}`);
};

/** Just enough that "payments" finds "payment" and "the company's" the company. */
const stem = (word: string): string => word.replace(/['’]s$/, '').replace(/^(\p{L}{3,}?)(?:ies)$/u, '$1y').replace(/^(\p{L}{3,}[^s\W])s$/u, '$1');
