import { createHash } from 'node:crypto';

const KEY_BYTES = 32; // AES-256
const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

export const ENCRYPTION_KEY_FORM = 'must be 32 random bytes in base64 or hex; make one with: openssl rand -base64 32';

/** The key that a setting's text means, or null: a pass phrase is none, since nothing here makes guessing it slow. */
export function parseEncryptionKey(text: string): Buffer | null {
  if (HEX.test(text)) return Buffer.from(text, 'hex');
  if (!BASE64.test(text)) return null;
  const key = Buffer.from(text, 'base64'); // reads base64url too
  return key.length === KEY_BYTES ? key : null;
}

/** Says which key sealed a row, and nothing about the key. */
export const encryptionKeyId = (key: Buffer): string => createHash('sha256').update('parley key id\0').update(key).digest('hex').slice(0, 12);
