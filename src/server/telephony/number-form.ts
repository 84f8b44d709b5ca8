/**
 * Numbers as people, PBXs and providers write them. `+49 (30) 123-45`, `0049.30.12345` and `sip:+493012345@pbx` are one
 * number: `+493012345`. An extension stays its digits, and a name such as `reception` stays a name, in lower case.
 */
export function plainNumber(written: string): string {
  const user = userPart(written).normalize('NFKC').replace(/[\p{Cf}\p{Cc}]/gu, '').trim().toLowerCase();
  const digits = user.replace(/[\s().\-/\u2010-\u2015]/g, '');
  return /^\+?[\d*#]+$/.test(digits) ? digits.replace(/^00/, '+') : user;
}

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

/** From here on digits without a + may be a country code and a number; what is shorter is an extension. RFC 4904: nothing international is shorter in practice. */
const SHORTEST_INTERNATIONAL = 8;

/** Every way in which the same number may stand in a list: providers leave the + out, and people write it. */
export function numberForms(written: string): string[] {
  const plain = plainNumber(written);
  if (plain.startsWith('+')) return [plain, plain.slice(1)];
  return /^[1-9]\d*$/.test(plain) && plain.length >= SHORTEST_INTERNATIONAL ? [plain, `+${plain}`] : [plain];
}

/** Why a text is no number, extension or beginning of one; null when it is. */
export function numberProblem(written: string): string | null {
  if (/^\+?[\d*#]+$|^[a-z0-9][\w.!~'-]*$/.test(plainNumber(written)) && !/[@:;?]/.test(written)) return null;
  return 'must be a number or an extension, such as +49 30 1234567, 100 or reception';
}
