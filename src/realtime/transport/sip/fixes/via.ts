import type { Peer } from '../peer';
import { DEFAULT_SIP_PORT } from '../peer';
import type { SipText } from '../sip-text';

const SENT_BY = /^(SIP\s*\/\s*2\.0\s*\/\s*\w+\s+)(\[[^\]]+\]|[^:;\s]+)(\s*:\s*\d+)?/i;

/**
 * RFC 3261 section 18.2.1 and RFC 3581 section 4: a request's top Via learns where it really came from, so that its answer
 * finds back through NAT. sip.js leaves this to its (WebSocket) transport.
 */
export function markReceived(request: SipText, from: Peer): void {
  const via = request.get('Via');
  if (!via) return;
  // What a stranger wrote there himself would send our answers to whomever he likes.
  const bare = via.replace(/;\s*received=[^;]*/gi, '').replace(/;\s*rport(=[^;]*)?(?=;|$)/gi, '');
  request.set('Via', `${bare};received=${from.address};rport=${from.port}`);
}

/** RFC 3261 section 18.2.2: an answer goes where the request came from. We have marked every request ourselves. */
export function responseTarget(response: SipText): { address: string; port: number; protocol: Peer['protocol'] } | null {
  const via = response.get('Via') ?? '';
  const address = /;received=([^;]+)/.exec(via)?.[1] ?? SENT_BY.exec(via)?.[2];
  if (!address) return null;
  const port = Number(/;rport=(\d+)/.exec(via)?.[1] ?? SENT_BY.exec(via)?.[3]?.replace(/\D/g, '') ?? DEFAULT_SIP_PORT);
  return { address, port, protocol: /^SIP\s*\/\s*2\.0\s*\/\s*TCP/i.test(via) ? 'tcp' : 'udp' };
}

/**
 * sip.js knows one host name for Via, without a port, and drops answers to anything else (api/user-agent.js, "Via sent-by").
 * On the wire it must be the address that we listen at; and because all accounts share a socket, the branch says whose it is.
 */
export function viaOnWire(request: SipText, options: { sentBy: string; protocol: string; accountKey: string }): void {
  const via = (request.get('Via') ?? '')
    .replace(SENT_BY, `SIP/2.0/${options.protocol.toUpperCase()} ${options.sentBy}`)
    .replace(/(;\s*branch=[^;]+)/i, `$1.${options.accountKey}`);
  request.set('Via', via);
}

/** The account whose request a response answers. */
export const accountKeyOf = (response: SipText): string | undefined => /\.(\w+)$/.exec(response.branch)?.[1];

/** Back to what sip.js has sent. */
export function viaInside(response: SipText, viaHost: string): void {
  const via = response.get('Via') ?? '';
  response.set('Via', via.replace(SENT_BY, `$1${viaHost}`).replace(/(;\s*branch=[^;.]+)\.\w+/i, '$1'));
}
