import type { SipText } from '../sip-text';

/**
 * RFC 3261 section 19.1.6: tel:+49… is the same as sip:+49…@host. sip.js throws on tel: in From and To, answers 416 to it in the
 * Request-URI, and to sips: too, which gateways put there although the hop is not TLS.
 */
export function normaliseSchemes(request: SipText): void {
  request.requestUri = normalise(request.requestUri);
  for (const name of ['From', 'To', 'Contact']) {
    const value = request.get(name);
    if (value && /(tel|sips):/i.test(value)) request.set(name, value.includes('<') ? normaliseBracketed(value) : normaliseBare(value));
  }
}

const normalise = (uri: string): string => uri.replace(/^\s*sips:/i, 'sip:').replace(/^\s*tel:([^;?\s]*).*$/i, (_all, number: string) => `sip:${number.replace(/[-.()]/g, '')}@invalid`);

function normaliseBracketed(value: string): string {
  const open = value.indexOf('<');
  const close = value.indexOf('>', open);
  return close < 0 ? value : `${value.slice(0, open)}<${normalise(value.slice(open + 1, close))}>${value.slice(close + 1)}`;
}

/** Without angle brackets parameters belong to the header field (section 20), the tag among them. */
function normaliseBare(value: string): string {
  const at = value.indexOf(';');
  return at < 0 ? `<${normalise(value)}>` : `<${normalise(value.slice(0, at))}>${value.slice(at)}`;
}
