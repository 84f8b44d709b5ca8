import { hkdfSync } from 'node:crypto';
import type { Config } from '../platform/config';
import { AppError } from '../platform/errors';
import type { Secret } from '../platform/secret';

/** Every process has it: the supervisor makes it once and hands it on. */
export function authSecret(config: Config): Secret {
  if (!config.secrets.auth) throw new AppError('precondition_failed', 'AUTH_SECRET is not set; start Parley with `npm start`, which makes one');
  return config.secrets.auth;
}

/** One secret, a key for each purpose: knowing one says nothing about another. */
export const derivedKey = (secret: Secret, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret.reveal(), 'parley', purpose, 32));
