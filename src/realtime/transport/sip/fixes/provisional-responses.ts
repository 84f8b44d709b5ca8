import { createHash } from 'node:crypto';
import type { Peer } from '../peer';
import type { SipText } from '../sip-text';

/**
 * sip.js drops a 1xx without Contact or To tag (core/user-agents/invite-user-agent-client.js). RFC 3261 section 12.1.1 wants both,
 * and real gateways forget them: without this, ringing and early media of such a trunk are never noticed.
 */
export function completeProvisional(response: SipText, from: Peer): void {
  if (response.method !== 'INVITE' || response.status <= 100 || response.status >= 200) return;
  if (!response.get('Contact')) response.set('Contact', `<sip:${from.address}:${from.port}>`);
  const to = response.get('To');
  // The same tag for every 1xx of the call, or each would look like another branch of a fork.
  if (to && response.toTag === undefined) response.set('To', `${to};tag=${createHash('sha256').update(response.get('Call-ID') ?? '').digest('hex').slice(0, 16)}`);
}
