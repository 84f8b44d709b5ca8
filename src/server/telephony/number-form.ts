/**
 * Numbers as people, PBXs and providers write them. `+49 (30) 123-45`, `0049.30.12345` and `sip:+493012345@pbx` are one
 * number: `+493012345`. An extension stays its digits, and a name such as `reception` stays a name, in lower case.
 */
export function plainNumber(written: string): string {
  const user = userPart(written).normalize('NFKC').replace(/[\p{Cf}\p{Cc}]/gu, '').trim().toLowerCase();
  const digits = withoutSeparators(user);
  return NUMBER.test(digits) ? digits.replace(/^00(?=[\d*#])/, '+') : user;
}

const NUMBER = /^\+?[\d*#]+$/;
const withoutSeparators = (text: string): string => text.replace(/[\s().\-/\u2010-\u2015]/g, '');

/** What stands before the @ of a SIP address, without its scheme, its parameters and its escapes. */
function userPart(written: string): string {
  const bare = written.trim().replace(/^(sips?|tel):/i, '');
  const before = (bare.includes('@') ? bare.slice(0, bare.lastIndexOf('@')) : bare).split(/[;?]/)[0]!.split(':')[0]!;
  try {
    return decodeURIComponent(before);
  } catch {
    return before;
  }
}

/** From here on digits without a + may be a country code and a number; what is shorter is an extension. */
const SHORTEST_INTERNATIONAL = 8;

/** Every way in which the same number may stand in a list: providers leave the + out, and people write it. */
export function numberForms(written: string): string[] {
  const plain = plainNumber(written);
  if (plain.startsWith('+')) return [plain, plain.slice(1)];
  return /^[1-9]\d*$/.test(plain) && plain.length >= SHORTEST_INTERNATIONAL ? [plain, `+${plain}`] : [plain];
}

/** A beginning as it is compared: a `*` at its end says no more than that it is one. `+` and `00` begin every international number. */
export const plainPrefix = (written: string): string => {
  const beginning = written.trim().replace(/\*$/, '');
  return /^(\+|00)$/.test(beginning) ? '+' : plainNumber(beginning);
};

const FORM = 'a number or an extension, such as +49 30 1234567, 100 or reception';
const MAY_STAND = /^\+?[\d*#]+$|^[\p{L}\d_][\p{L}\d_.!~'+-]*$/u;

/** Why a text is no number or extension; null when it is. */
export const numberProblem = (written: string): string | null =>
  (MAY_STAND.test(plainNumber(written)) && !/[@:;?]/.test(written) ? null : `must be ${FORM}`);

/** Why a text is no beginning of one; null when it is. `*` alone begins them all. */
export function prefixProblem(written: string): string | null {
  const plain = plainPrefix(written);
  if (plain === '' ? written.trim() === '*' : plain === '+') return null;
  return numberProblem(written.trim().replace(/\*$/, '')) && 'must be the beginning of a number, such as +49, 0900 or 1; or * for all';
}

/** Why a rule matches nothing; null when it can. */
export const matchProblem = (written: string): string | null =>
  ((written.endsWith('*') ? prefixProblem(written) : numberProblem(written)) && `must be ${FORM}; or a prefix that ends in *, such as +4930* or 1*`);
