import { createHash, randomBytes } from 'node:crypto';

/** A link that is a secret: 192 random bits, so no slow hash is needed to keep them. The row keeps the SHA-256. */
export function newLinkToken(): { token: string; tokenHash: string } {
  const token = randomBytes(24).toString('base64url');
  return { token, tokenHash: hashLinkToken(token) };
}

export const hashLinkToken = (token: string): string => createHash('sha256').update(token).digest('hex');
