import { numberForms, plainNumber } from '../telephony';

/**
 * Whether a call's other party is whom a label names. Numbers are compared in every spelling: `+49 (30) 123-45`,
 * `0049301 2345` and `sip:+493012345@pbx` are one person. What looks like an e-mail is compared as it stands, because
 * ann@example.org is not the extension `ann`.
 */
export function sameParty(label: string, party: string): boolean {
  if (bare(label) === bare(party)) return bare(label) !== '';
  if (label.includes('@') && !/^(?:(?:sips?|tel):|\+)/i.test(label.trim())) return false;
  if (plainNumber(label) === '') return false;
  // Both ways: a + that is left out is one thing for a long number, and another for the extension 1001.
  return numberForms(party).includes(plainNumber(label)) && numberForms(label).includes(plainNumber(party));
}

const bare = (text: string): string => text.trim().replace(/^sips?:/i, '').replace(/;.*$/, '').toLowerCase();
