import { AppError } from '../platform/errors';
import type { Principal } from './principal';

/** The person who asks; keys, devices and open networks are nobody. */
export function personOf(principal: Principal): { userId: string; signInId: string | undefined } {
  if (principal.kind !== 'user') throw new AppError('forbidden', 'This is for people who signed in: an API key has no account of its own');
  return { userId: principal.id, signInId: principal.signInId };
}

/** Whom a row was made by; null unless it was a person. */
export const createdByOf = (principal: Principal): string | null => (principal.kind === 'user' ? principal.id : null);
