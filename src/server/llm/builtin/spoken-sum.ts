import { digitsForWords } from './spoken-numbers';

const N = String.raw`(-?\d+(?:\.\d+)?)`;

/** Ways of asking that put the operator first or leave it out; each becomes plain arithmetic. */
const PHRASES: ReadonlyArray<[RegExp, string]> = [
  [new RegExp(`\\badd ${N} (?:and|to|with|plus) ${N}`, 'g'), '$1 + $2'],
  [new RegExp(`\\b(?:the )?sum of ${N} and ${N}`, 'g'), '$1 + $2'],
  [new RegExp(`\\bsubtract ${N} from ${N}`, 'g'), '$2 - $1'],
  [new RegExp(`\\b(?:the )?difference between ${N} and ${N}`, 'g'), '$1 - $2'],
  [new RegExp(`\\bmultiply ${N} (?:by|with|and|times) ${N}`, 'g'), '$1 * $2'],
  [new RegExp(`\\b(?:the )?product of ${N} and ${N}`, 'g'), '$1 * $2'],
  [new RegExp(`\\bdivide ${N} by ${N}`, 'g'), '$1 / $2'],
  [new RegExp(`${N} ?(?:percent|per cent|%) of ${N}`, 'g'), '($1 / 100) * $2'],
  [new RegExp(`\\b(?:the )?square root of ${N}`, 'g'), 'sqrt($1)'],
  [new RegExp(`\\b(?:the )?cube root of ${N}`, 'g'), 'cbrt($1)'],
  [new RegExp(`\\bhalf of ${N}`, 'g'), '($1 / 2)'],
  [new RegExp(`\\b(?:twice|double) ${N}`, 'g'), '(2 * $1)'],
  [/ ?\bsquared\b/g, ' ^ 2'],
  [/ ?\bcubed\b/g, ' ^ 3'],
  [/\b(?:raised )?to the power(?: of)?\b/g, '^'],
  [/\b(?:multiplied by|times|x)\b/g, '*'],
  [/\b(?:divided by|over)\b/g, '/'],
  [/\b(?:plus|added to)\b/g, '+'],
  [/\b(?:minus|less|take away)\b/g, '-'],
  [/\b(?:modulo|mod)\b/g, 'mod'],
  [/\bpercent\b/g, '%'],
  [/\b(?:open|left) (?:bracket|parenthesis)\b/g, '('],
  [/\b(?:close|right) (?:bracket|parenthesis)\b/g, ')'],
];

const FILLER = /\b(?:what(?:'s| is|s)?|whats|how much(?:'s| is)?|is|calculate|compute|work out|tell me|can you|could you|please|the|result of|answer to|value of|equals?|equal to|hey|hi|hello|ok|okay|so|and|um|uh|now|me|for|do|evaluate|solve|figure out|i need|then|number)\b/g;

/**
 * The arithmetic somebody asked for, ready for CALC, or undefined when the words are about something else.
 * Everything that is neither number, operator nor a known filler means "not a sum": guessing would be worse.
 */
export function spokenSum(text: string): string | undefined {
  let sum = text.toLowerCase().replace(/[’]/g, "'").replace(/(\d),(?=\d{3}\b)/g, '$1').replace(/×/g, '*').replace(/÷/g, '/').replace(/−/g, '-');
  sum = digitsForWords(sum).replace(/(\d)\s*x\s*(?=\d)/g, '$1 * ');
  for (const [pattern, arithmetic] of PHRASES) sum = sum.replace(pattern, arithmetic);
  sum = sum.replace(FILLER, ' ').replace(/[?!=,;:]|\.(?!\d)/g, ' ').replace(/\s+/g, ' ').trim();
  if (!/^[\d.+\-*/^%()\s]*$/.test(sum.replace(/\b(?:sqrt|cbrt|mod)\b/g, ''))) return undefined;
  const operands = sum.match(/\d+(?:\.\d+)?/g)?.length ?? 0;
  const operates = /sqrt|cbrt|mod|[*/^+]|\d\s*-|\)\s*-/.test(sum);
  return operands > 0 && operates && (operands > 1 || /sqrt|cbrt/.test(sum)) ? sum : undefined;
}
