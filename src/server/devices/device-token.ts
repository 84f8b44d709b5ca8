import { createHash } from 'node:crypto';
import { newToken } from '../platform/ids';

/** What tells a device's token from an API key, for the authenticator and for secret scanners. */
export const DEVICE_TOKEN_PREFIX = 'pdev';
const SHOWN_CHARACTERS = 10;

export const isDeviceToken = (text: string): boolean => text.startsWith(`${DEVICE_TOKEN_PREFIX}_`);

/** Tokens are 192 random bits: no slow hash is needed to keep them. */
export const hashDeviceToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A new token, and the columns that keep it. */
export function newDeviceToken(): { token: string; columns: { tokenPrefix: string; tokenHash: string } } {
  const token = newToken(DEVICE_TOKEN_PREFIX);
  return { token, columns: { tokenPrefix: token.slice(0, SHOWN_CHARACTERS), tokenHash: hashDeviceToken(token) } };
}
