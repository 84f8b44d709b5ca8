import { createHash } from 'node:crypto';
import { givenKey, type Authenticator } from '../auth/authenticate';
import { RateLimiter } from '../api/rate-limiter';
import { AppError } from '../platform/errors';
import type { AuthenticateRequest } from './request-context';

/** Keys that nobody knows, from one address. Above what a device with an old key does, far below what guessing needs. */
const WRONG_KEYS = { max: 60, windowSeconds: 60 } as const;
const MAX_KNOWN_KEYS = 10_000;

const fingerprint = (key: string) => createHash('sha256').update(key).digest('base64url');

/**
 * Who asks, with a limit to failures for each address. While an address is over it, keys that were right a while ago
 * still are asked about: one device with an old key must not lock out the others behind the same router.
 */
export function createRequestAuthenticator(authenticator: Authenticator, limiter = new RateLimiter()): AuthenticateRequest {
  const known = new Set<string>();
  return async (request) => {
    const asked = { headers: request.headers, remoteAddress: request.socket.remoteAddress ?? '', url: request.url };
    const key = givenKey(asked);
    if (key === null) return authenticator.authenticate(asked);
    const who = fingerprint(key);
    const counter = `wrong keys ${request.ip}`;
    if (!known.has(who)) limiter.assertOpen(counter, WRONG_KEYS, 'Too many unknown keys from this address; try again later');
    try {
      const principal = await authenticator.authenticate(asked);
      if (known.size >= MAX_KNOWN_KEYS) known.clear();
      known.add(who);
      return principal;
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') {
        known.delete(who);
        limiter.count(counter, WRONG_KEYS);
      }
      throw error;
    }
  };
}
