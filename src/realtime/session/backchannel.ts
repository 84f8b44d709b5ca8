/** Words with which people say "go on" rather than "stop". What is not here interrupts: "no", "wait", "stop". */
const WORDS = new Set([
  'mm', 'mmm', 'mhm', 'mmhmm', 'hm', 'hmm', 'uh', 'huh', 'uhhuh', 'um', 'ah', 'oh', 'aha', 'yeah', 'yea', 'yep', 'yup', 'yes',
  'ok', 'okay', 'right', 'sure', 'cool', 'great', 'nice', 'good', 'fine', 'wow', 'really', 'alright', 'exactly', 'absolutely',
]);
const PHRASES = new Set(['i see', 'got it', 'go on', 'all right', 'of course', 'makes sense', 'that makes sense', 'very good', 'sounds good', 'oh i see']);

/** Longer than this is a sentence, whatever it is made of. */
const MAX_WORDS = 3;

/** True for "mm-hmm", "yeah, okay", "I see", and for nothing at all (a cough, a door). */
export function isBackchannel(text: string): boolean {
  const words = text.toLowerCase().replace(/(\p{L})[-'’](?=\p{L})/gu, '$1').match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0 || PHRASES.has(words.join(' '))) return true;
  return words.length <= MAX_WORDS && words.every((word) => WORDS.has(word));
}
