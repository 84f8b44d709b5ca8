/**
 * Word error rate as speech recognition is judged: after spelling differences that no listener could hear are removed
 * (numbers and signs spelled out, contractions, compounds), word edits divided by words spoken.
 */
const SMALL = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

const SPELLINGS: Record<string, string> = {
  colour: 'color', cancelled: 'canceled', voicemail: 'voice mail', voicemails: 'voice mails', okay: 'ok', mister: 'mr', dialling: 'dialing',
  "you've": 'you have', "you're": 'you are', "that's": 'that is', "it's": 'it is', "you'll": 'you will', "i'm": 'i am',
};
const COMPOUNDS: [string, string][] = [
  ['file name', 'filename'], ['touch tone', 'touchtone'], ['re record', 'rerecord'], ['black list', 'blacklist'], ['white list', 'whitelist'],
  ['good bye', 'goodbye'], ['mail box', 'mailbox'], ['mail boxes', 'mailboxes'], ['key word', 'keyword'], ['key words', 'keywords'],
  ['can not', 'cannot'], ["can't", 'cannot'], ['log in', 'login'], ['un mute', 'unmute'], ['re enter', 'reenter'], ['re entered', 'reentered'],
  ['un delete', 'undelete'], ['un identified', 'unidentified'], ['un indentified', 'unidentified'], ['witheld', 'withheld'], ['ulaw', 'u law'],
];

function spellNumber(value: number): string {
  if (value < 20) return SMALL[value]!;
  if (value < 100) return TENS[Math.floor(value / 10)]! + (value % 10 ? ` ${SMALL[value % 10]}` : '');
  if (value < 1000) return `${SMALL[Math.floor(value / 100)]} hundred${value % 100 ? ` ${spellNumber(value % 100)}` : ''}`;
  return `${spellNumber(Math.floor(value / 1000))} thousand${value % 1000 ? ` ${spellNumber(value % 1000)}` : ''}`;
}

const digitByDigit = (digits: string) => digits.split('').map((digit) => SMALL[Number(digit)]).join(' ');

export function comparableWords(text: string): string[] {
  let words = text.toLowerCase()
    .replace(/\$(\d+)\.(\d\d)/g, '$1 dollars and $2 cents').replace(/\$(\d[\d,]*)/g, '$1 dollars')
    .replace(/(\d+):00/g, "$1 o'clock").replace(/(\d+):(\d\d)/g, '$1 $2').replace(/%/g, ' percent')
    .replace(/\u2019/g, "'").replace(/#/g, ' pound ').replace(/\*/g, ' star ').replace(/(\d),(?=\d{3})/g, '$1')
    .replace(/\d+/g, (digits) => ` ${digits.length > 6 || (digits.startsWith('0') && digits.length > 1) ? digitByDigit(digits) : spellNumber(Number(digits))} `)
    .replace(/[^a-z' ]+/g, ' ').replace(/(^|\s)'+|'+(\s|$)/g, ' ')
    .split(/\s+/).filter(Boolean).map((word) => SPELLINGS[word] ?? word).join(' ');
  words = ` ${words} `;
  for (const [apart, together] of COMPOUNDS) words = words.replaceAll(` ${apart} `, ` ${together} `);
  return words.trim().split(' ').filter(Boolean);
}

/** Edits between what was said and what was heard; digit strings may be read as a number, digit by digit or in pairs. */
export function wordErrors(said: string, heard: string): { errors: number; words: number } {
  const reference = comparableWords(said);
  const readings = [heard, heard.replace(/\d+/g, (digits) => digits.split('').join(' ')), heard.replace(/\b(\d\d)(\d\d)\b/g, '$1 $2')];
  return { errors: Math.min(...readings.map((reading) => editDistance(reference, comparableWords(reading)))), words: reference.length };
}

function editDistance(from: string[], to: string[]): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, word] of from.entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++)
      next[column] = Math.min(row[column]! + 1, next[column - 1]! + 1, row[column - 1]! + (word === to[column - 1] ? 0 : 1));
    row = next;
  }
  return row[to.length]!;
}

export class WordErrorRate {
  private errors = 0;
  private words = 0;
  add(said: string, heard: string): number {
    const { errors, words } = wordErrors(said, heard);
    this.errors += errors;
    this.words += words;
    return errors;
  }
  get percent(): number { return this.words === 0 ? 0 : (100 * this.errors) / this.words; }
}
