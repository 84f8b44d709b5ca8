/** Spoken forms of signs that Flite would skip or misread. */
const SIGNS: [RegExp, string][] = [
  [/[\u2018\u2019\u02bc]/g, "'"],
  [/[\u201c\u201d\u00ab\u00bb]/g, '"'],
  [/[\u2013\u2014]/g, ', '],
  [/\u2026/g, '... '],
  [/\u00b0\s?C\b/g, ' degrees Celsius'],
  [/\u00b0\s?F\b/g, ' degrees Fahrenheit'],
  [/\u00b0/g, ' degrees'],
  [/\u20ac\s?(\d[\d.,]*)/g, '$1 euros'],
  [/\u00a3\s?(\d[\d.,]*)/g, '$1 pounds'],
  [/\u00d7/g, ' times '],
  [/\u00f7/g, ' divided by '],
  [/\u2212/g, ' minus '],
  [/https?:\/\/(www\.)?/g, ''],
  [/[*_`#~|<>[\]{}\\^]+/g, ' '], // Markdown and markup are not words
];

/** Text as Flite can say it: ASCII, accents folded, no control characters. '' when nothing in it can be spoken. */
export function speakable(text: string): string {
  let words = text;
  for (const [sign, spoken] of SIGNS) words = words.replace(sign, spoken);
  words = words.normalize('NFKD').replace(/[^\x20-\x7e]+/g, (other) => (/^\p{M}+$/u.test(other) ? '' : ' ')).replace(/\s+/g, ' ').trim();
  return /[a-z0-9]/i.test(words) ? words : '';
}
