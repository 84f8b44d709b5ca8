import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { givenKey, type Authenticator } from '../auth/authenticate';
import type { Principal } from '../auth/principal';
import { RateLimiter } from '../api/rate-limiter';
import { systemClock, type Clock } from '../platform/clock';
import { AppError } from '../platform/errors';
import type { CredentialHolder } from '../sessions/control-contract';

/** Keys that nobody knows, from one address. Above what a device with an old key does, far below what guessing needs. */
const WRONG_KEYS = { max: 60, windowSeconds: 60 } as const;

/**
 * How long an API key counts without a look into the database, which would cost a busy client's request a third of its
 * CPU time. It is also how late another process hears of a revocation; the one that revoked forgets the key at once.
 */
const REMEMBERED_MS = 1_000;
const MAX_KNOWN_KEYS = 10_000; // some 4 MB at worst

export interface RequestAuthenticator {
  authenticate(request: FastifyRequest): Promise<Principal>;
  /** After a revocation is stored: nobody counts any more because of what was known before. */
  forget(who: CredentialHolder): void;
}

export interface RequestAuthenticatorOptions {
  limiter?: RateLimiter;
  clock?: Clock;
}

interface Known { principal: Principal; until: number }

const fingerprint = (key: string) => hash('sha256', key, 'base64url');

/**
 * Who asks, with a limit to failures for each address. While an address is over it, keys that were right a while ago
 * still are asked about: one device with an old key must not lock out the others behind the same router.
 */
export function createRequestAuthenticator(authenticator: Authenticator, options: RequestAuthenticatorOptions = {}): RequestAuthenticator {
  const { limiter = new RateLimiter(), clock = systemClock } = options;
  const known = new Map<string, Known>();
  let forgotten = 0;

  function remember(who: string, principal: Principal, asOf: number): void {
    if (known.size >= MAX_KNOWN_KEYS) known.clear();
    // What was read before somebody was forgotten may be what made them so: it is not trusted without another look.
    known.set(who, { principal, until: principal.kind === 'api_key' && asOf === forgotten ? clock.monotonic() + REMEMBERED_MS : 0 });
  }

  return {
    async authenticate(request) {
      const asked = { headers: request.headers, remoteAddress: request.socket.remoteAddress ?? '', url: request.url };
      const key = givenKey(asked);
      if (key === null) return authenticator.authenticate(asked);
      const who = fingerprint(key);
      const before = known.get(who);
      if (before && before.until > clock.monotonic()) return before.principal;
      const counter = `wrong keys ${request.ip}`;
      if (!before) limiter.assertOpen(counter, WRONG_KEYS, 'Too many unknown keys from this address; try again later');
      const asOf = forgotten;
      try {
        const principal = await authenticator.authenticate(asked);
        remember(who, principal, asOf);
        return principal;
      } catch (error) {
        if (error instanceof AppError && error.kind === 'unauthenticated') {
          known.delete(who);
          limiter.count(counter, WRONG_KEYS);
        }
        throw error;
      }
    },
    forget(who) {
      forgotten++;
      for (const one of known.values())
        if ('signInId' in who ? one.principal.signInId === who.signInId : one.principal.kind === who.kind && one.principal.id === who.id) one.until = 0;
    },
  };
}
