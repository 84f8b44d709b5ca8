import { createHmac, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { Secret } from '../platform/secret';
import { derivedKey } from './derived-key';

/** Web pipes WebSockets raw to realtime and says in this header, under a seal, whose address its own socket saw. */
export const PEER_HEADER = 'x-parley-peer';

const seal = (address: string, secret: Secret): Buffer => createHmac('sha256', derivedKey(secret, 'peer')).update(address).digest();

export const signPeer = (address: string, secret: Secret): string => `${address};${seal(address, secret).toString('base64url')}`;

/** The address, or null when the header is absent or was not written by us. */
export function readPeer(header: string | string[] | undefined, secret: Secret): string | null {
  if (typeof header !== 'string') return null;
  const [address = '', given = ''] = header.split(';');
  if (isIP(address) === 0) return null;
  const expected = seal(address, secret);
  const received = Buffer.from(given, 'base64url');
  return received.length === expected.length && timingSafeEqual(received, expected) ? address : null;
}
