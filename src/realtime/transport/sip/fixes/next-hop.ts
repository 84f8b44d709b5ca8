import { parseSipUri, type SipText } from '../sip-text';

export interface NextHop { host: string; port: number | undefined; protocol: 'udp' | 'tcp' | undefined }

/**
 * RFC 3261 section 8.1.2: a request goes to the topmost Route, else to its Request-URI. sip.js hands its transport the text
 * alone, because a WebSocket has only one other end.
 */
export function nextHop(request: SipText): NextHop | null {
  const uri = parseSipUri(request.get('Route') ?? request.requestUri);
  if (!uri) return null;
  return { host: uri.host, port: uri.port, protocol: uri.transport === 'tcp' ? 'tcp' : uri.transport === 'udp' ? 'udp' : undefined };
}
