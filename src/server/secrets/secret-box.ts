import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Config } from '../platform/config';
import { encryptionKeyId, ENCRYPTION_KEY_FORM, parseEncryptionKey } from '../platform/encryption-key';
import { AppError } from '../platform/errors';
import { Secret } from '../platform/secret';

/** What a sealed text belongs to. It is authenticated with it: copied into another row, the text does not open. */
export interface SealedFor {
  workspaceId: string;
  name: string;
}

export interface Sealed {
  keyId: string;
  ciphertext: string;
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12; // NIST SP 800-38D: random IVs of 96 bits do for 2^32 messages of one key
const TAG_BYTES = 16;
const VERSION = 'v1.';

/** The workspace's id has a fixed length, so no two pairs give the same bytes. */
const bindingOf = ({ workspaceId, name }: SealedFor) => Buffer.from(`parley secret\0${workspaceId.toLowerCase()}\0${name}`);

/**
 * Seals with ENCRYPTION_KEY, opens with it and with those of ENCRYPTION_KEY_PREVIOUS. A row says by its key id which one
 * it needs, so that a rotation can go on while Parley runs.
 */
export class SecretBox {
  readonly #keys = new Map<string, Buffer>();
  readonly #current: string | undefined;

  constructor(settings: Config['secrets']) {
    const keyOf = (setting: string, secret: Secret) => {
      const key = parseEncryptionKey(secret.reveal());
      if (!key) throw new AppError('precondition_failed', `${setting}: ${ENCRYPTION_KEY_FORM}`);
      return key;
    };
    for (const secret of settings.previousEncryption) this.#add(keyOf('ENCRYPTION_KEY_PREVIOUS', secret));
    if (settings.encryption) this.#current = this.#add(keyOf('ENCRYPTION_KEY', settings.encryption));
  }

  /** The id of the key that seals. */
  get currentKeyId(): string {
    if (this.#current === undefined) throw new AppError('precondition_failed', 'ENCRYPTION_KEY is not set; start Parley with `npm start`, which makes one');
    return this.#current;
  }

  seal(secret: Secret, boundTo: SealedFor): Sealed {
    const keyId = this.currentKeyId;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#keys.get(keyId)!, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(bindingOf(boundTo));
    const sealed = Buffer.concat([iv, cipher.update(secret.reveal(), 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return { keyId, ciphertext: VERSION + sealed.toString('base64') };
  }

  /** @throws AppError unavailable: without the key nothing but the operator can help. */
  open(sealed: Sealed, boundTo: SealedFor): Secret {
    const problem = this.problemOf(sealed, boundTo);
    if (problem !== null) throw problem;
    const key = this.#keys.get(sealed.keyId)!;
    try {
      if (!sealed.ciphertext.startsWith(VERSION)) throw new Error('unknown version');
      const bytes = Buffer.from(sealed.ciphertext.slice(VERSION.length), 'base64');
      if (bytes.length < IV_BYTES + TAG_BYTES) throw new Error('too short');
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(bindingOf(boundTo));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
      return new Secret(text);
    } catch (cause) {
      throw new AppError('unavailable', `The stored secret '${boundTo.name}' is damaged, or was copied from elsewhere: enter it again.`, { cause, retryable: false });
    }
  }

  /** Whether the key for a row is missing, without opening it. */
  problemOf({ keyId }: Pick<Sealed, 'keyId'>, { name }: Pick<SealedFor, 'name'>): AppError | null {
    if (this.#keys.has(keyId)) return null;
    return new AppError('unavailable', `The stored secret '${name}' was encrypted with another key (id ${keyId}). Add that key to ENCRYPTION_KEY_PREVIOUS, or enter the secret again.`, { retryable: false });
  }

  #add(key: Buffer): string {
    const id = encryptionKeyId(key);
    this.#keys.set(id, key);
    return id;
  }
}
