import type { Config } from '../platform/config';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { Logger } from '../platform/logger';
import type { Secret } from '../platform/secret';
import type { BridgedIdentity, BridgedOidcSignIn, NextAuthBridge } from './next-bridge';
import { findSignedIn, signIn } from './sign-in';
import { SignInThrottle } from './sign-in-throttle';
import { revokeSignIn } from './sign-ins';

export interface NextBridgeOptions {
  db: Database;
  secret: Secret;
  logger: Logger;
  throttle?: SignInThrottle;
  oidc?: { settings: NonNullable<Config['oidc']>; signIn: (identity: BridgedIdentity) => Promise<BridgedOidcSignIn> } | undefined;
}

export function createNextAuthBridge(options: NextBridgeOptions): NextAuthBridge {
  const { db, secret, logger, throttle = new SignInThrottle(), oidc } = options;
  // next-auth would put the error's text into the address of its error page.
  const logFailure = (error: unknown) =>
    logger.error({ err: { type: error instanceof Error ? error.name : typeof error, message: error instanceof Error && error.cause instanceof Error ? error.cause.message : 'no cause' } }, 'sign-in failed');
  return {
    secret: secret.reveal(),
    oidc: oidc ? { ...oidc.settings, clientSecret: oidc.settings.clientSecret.reveal() } : null,
    async signIn(request) {
      try {
        return { ok: true, ...(await signIn({ db, throttle }, request)) };
      } catch (error) {
        if (error instanceof AppError && error.kind === 'unauthenticated') return { ok: false, reason: 'wrong' };
        if (error instanceof AppError && error.kind === 'forbidden') return { ok: false, reason: 'refused', detail: error.userMessage };
        if (error instanceof AppError && error.kind === 'rate_limited') return { ok: false, reason: 'locked', retryAfterSeconds: error.retryAfterSeconds ?? 60 };
        logFailure(error);
        return { ok: false, reason: 'broken' };
      }
    },
    async signInWithOidc(identity) {
      try {
        return oidc ? await oidc.signIn(identity) : { ok: false, code: 'Configuration' };
      } catch (error) {
        logFailure(error);
        return { ok: false, code: 'Broken' };
      }
    },
    signOut: (signInId) => revokeSignIn(db, signInId),
    isCurrent: async (session) => (await findSignedIn(db, session)) !== null,
    warn: (code, detail) => logger.warn({ code, ...(detail === undefined ? {} : { detail }) }, 'next-auth'),
  };
}
