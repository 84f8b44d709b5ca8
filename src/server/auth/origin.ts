import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);

/** Hosts that our own pages may come from: the address that people were given, and the one that this request names. */
function ownHosts(headers: IncomingHttpHeaders, publicUrl: string | undefined): string[] {
  const host = publicUrl ? hostOf(publicUrl) : undefined;
  return [host, headers.host?.toLowerCase()].filter((one) => one !== undefined);
}

/** Whether the Origin header names one of our own pages. The scheme is not compared: TLS may end in front of us. */
export function hasOwnOrigin(headers: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  const origin = headers.origin === undefined ? undefined : hostOf(headers.origin);
  return origin !== undefined && ownHosts(headers, publicUrl).includes(origin);
}

/**
 * A browser that sends a request for somebody else's page says so in Origin or Sec-Fetch-Site; programs that are
 * no browsers send neither.
 */
export function isCrossSite(headers: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  if (headers.origin !== undefined) return !hasOwnOrigin(headers, publicUrl);
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/**
 * A page of evil.example whose name was rebound to our address is "same origin" to its browser. Its Host header still
 * says evil.example, so whoever is let in by address alone must have asked for an address or a name of ours.
 */
export function hasOwnHost(headers: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  const host = headers.host?.toLowerCase();
  if (host === undefined) return true;
  if (publicUrl && hostOf(publicUrl) === host) return true;
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return isIP(name) !== 0 || !name.includes('.') || /\.(localhost|local|lan|internal|home\.arpa)$/.test(name);
}
