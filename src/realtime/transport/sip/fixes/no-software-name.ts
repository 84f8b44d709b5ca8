import type { SipText } from '../sip-text';

/** RFC 3261 sections 20.35 and 20.41 warn themselves: a version on the wire tells an attacker what to try. sip.js always names itself. */
export function hideSoftware(message: SipText): void {
  message.remove('User-Agent');
  message.remove('Server');
}
