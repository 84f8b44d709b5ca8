/** Whom to call: `user` is a number or a name at a PBX; `host` is null for the trunk's own domain. */
export interface CallTarget {
  user: string;
  /** `host` or `host:port`. */
  host: string | null;
}

/** A number or a name, without what could mean something else on the way: no `%`, no `;`, no blanks. */
const USER = /^\+?[A-Za-z0-9*#](?:[A-Za-z0-9*#._~!-]{0,62})$/;
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
/** Of a SIP address, what says nothing about whom to call. Headers (`?`) and other parameters are refused: they could redirect. */
const PARAMETERS = /^(?:;(?:user=phone|transport=(?:udp|tcp)))*$/i;
/** A number as people write it. */
const WRITTEN_NUMBER = /^\+?[\d\s().-]*\d[\d\s().-]*$/;

/** `+1 (555) 123-4567`, `1001`, `reception`, `1001@pbx.example.org` or `sip:1001@pbx.example.org`; null for what is none of them. */
export function parseExtension(text: string): CallTarget | null {
  const trimmed = text.trim();
  const address = /^sip:/i.test(trimmed) ? trimmed.slice(4) : trimmed;
  const at = address.indexOf('@');
  if (at === -1) {
    if (address !== trimmed) return null; // a SIP address names a host
    const user = WRITTEN_NUMBER.test(address) ? address.replace(/[\s().-]/g, '') : address;
    return USER.test(user) ? { user, host: null } : null;
  }
  const user = address.slice(0, at);
  const [host = '', ...rest] = address.slice(at + 1).split(/(?=;)/);
  return USER.test(user) && HOST.test(host) && PARAMETERS.test(rest.join('')) ? { user, host: host.toLowerCase() } : null;
}

/** As a telephone dials it: a bare number or name, else a SIP address. */
export const dialled = ({ user, host }: CallTarget): string => (host === null ? user : `sip:${user}@${host}`);
