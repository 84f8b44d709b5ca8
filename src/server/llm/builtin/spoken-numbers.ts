const UNITS = new Map('zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ').map((word, value) => [word, value]));
const TENS = new Map('twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, index) => [word, (index + 2) * 10]));
const SCALES = new Map([['thousand', 1e3], ['million', 1e6], ['billion', 1e9], ['trillion', 1e12]]);

/**
 * Turns number words into digits and leaves everything else: "twelve times a hundred and five" → "12 times 105".
 * Speech recognisers write small numbers as words and large ones as digits, so both may appear in one sentence.
 */
export function digitsForWords(text: string): string {
  const tokens = text.replace(/\b([a-z]+ty)-(?=[a-z])/gi, '$1 ').split(/(\s+)/).filter((token) => token.trim() !== '');
  const words: string[] = [];
  let at = 0;
  while (at < tokens.length) {
    const number = readNumber(tokens, at);
    if (number) {
      words.push(number.text);
      at = number.next;
    } else {
      words.push(tokens[at] ?? '');
      at++;
    }
  }
  return words.join(' ');
}

/** Reads one spoken number from `start`, or nothing. Punctuation ends a number: "two, three" is two of them. */
function readNumber(tokens: string[], start: number): { text: string; next: number } | undefined {
  let total = 0;
  let group: number | undefined;
  let last: 'unit' | 'tens' | 'hundred' | 'scale' | undefined;
  let at = start;
  let end = '';
  for (; at < tokens.length && end === ''; at++) {
    const raw = (tokens[at] ?? '').toLowerCase();
    const word = raw.replace(/[?!.,;:]+$/, '');
    const unit = UNITS.get(word);
    const tens = TENS.get(word);
    const scale = SCALES.get(word);
    if (unit !== undefined && (last === undefined || last === 'hundred' || last === 'scale' || (last === 'tens' && unit > 0 && unit < 10))) {
      group = (group ?? 0) + unit;
      last = 'unit';
    } else if (tens !== undefined && (last === undefined || last === 'hundred' || last === 'scale')) {
      group = (group ?? 0) + tens;
      last = 'tens';
    } else if (word === 'hundred' && group !== undefined && group < 100 && last !== 'hundred') {
      group *= 100;
      last = 'hundred';
    } else if (scale !== undefined && group !== undefined) {
      total += group * scale;
      group = 0;
      last = 'scale';
    } else if (word === 'a' && last === undefined && /^(hundred|thousand|million|billion)\b/i.test(tokens[at + 1] ?? '')) {
      group = 1;
      continue;
    } else if (word === 'and' && (last === 'hundred' || last === 'scale') && isSmall(tokens[at + 1])) {
      continue;
    } else {
      break;
    }
    end = raw.slice(word.length);
  }
  if (last === undefined) return undefined;
  const whole = String(total + (group ?? 0));
  const decimals = end === '' ? readDecimals(tokens, at) : undefined;
  return decimals ? { text: `${whole}.${decimals.text}`, next: decimals.next } : { text: whole + end, next: at };
}

const isSmall = (token: string | undefined) => {
  const word = (token ?? '').toLowerCase().replace(/[?!.,;:]+$/, '');
  return UNITS.has(word) || TENS.has(word);
};

/** "point one four" → "14". */
function readDecimals(tokens: string[], start: number): { text: string; next: number } | undefined {
  if (tokens[start]?.toLowerCase() !== 'point') return undefined;
  let digits = '';
  let at = start + 1;
  for (; at < tokens.length; at++) {
    const raw = (tokens[at] ?? '').toLowerCase();
    const word = raw.replace(/[?!.,;:]+$/, '');
    const digit = word === 'oh' ? 0 : UNITS.get(word);
    if (digit === undefined || digit > 9) break;
    digits += String(digit);
    if (raw !== word) return { text: digits + raw.slice(word.length), next: at + 1 };
  }
  return digits === '' ? undefined : { text: digits, next: at };
}
