import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { Logger } from '../platform/logger';
import type { Secret } from '../platform/secret';
import type { NextAuthBridge } from './next-bridge';
import { findSignedIn, signIn } from './sign-in';
import { SignInThrottle } from './sign-in-throttle';
import { revokeSignIn } from './sign-ins';

export function createNextAuthBridge(deps: { db: Database; secret: Secret; logger: Logger; throttle?: SignInThrottle }): NextAuthBridge {
  const { db, secret, logger, throttle = new SignInThrottle() } = deps;
  return {
    secret: secret.reveal(),
    async signIn(request) {
      try {
        return { ok: true, ...(await signIn({ db, throttle }, request)) };
      } catch (error) {
        if (error instanceof AppError && error.kind === 'unauthenticated') return { ok: false, reason: 'wrong' };
        if (error instanceof AppError && error.kind === 'rate_limited') return { ok: false, reason: 'locked', retryAfterSeconds: error.retryAfterSeconds ?? 60 };
        // next-auth would put the error's text into the address of its error page.
        logger.error({ err: { type: error instanceof Error ? error.name : typeof error, message: error instanceof Error && error.cause instanceof Error ? error.cause.message : 'no cause' } }, 'sign-in failed');
        return { ok: false, reason: 'broken' };
      }
    },
    signOut: (signInId) => revokeSignIn(db, signInId),
    isCurrent: async (session) => (await findSignedIn(db, session)) !== null,
    warn: (code) => logger.warn({ code }, 'next-auth'),
  };
}
