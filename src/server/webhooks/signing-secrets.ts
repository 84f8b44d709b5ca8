import { randomBytes } from 'node:crypto';
import type { Database } from '../platform/db/client';
import { Secret } from '../platform/secret';
import { findSecrets, keepSecret, type SecretBox, type StoredSecret } from '../secrets';

export const CURRENT = 'webhook/default';
export const PREVIOUS = 'webhook/previous';

const KEY_BYTES = 32; // Standard Webhooks: 24 to 64
/** Long enough for people to bring the new secret to every receiver. */
const BOTH_SIGN_MS = 24 * 3_600_000;

export const newWebhookSecret = (): Secret => new Secret(`whsec_${randomBytes(KEY_BYTES).toString('base64')}`);

/** When the secret before the current one stops signing. Its row was written by the rotation. */
export const previousUntil = (row: StoredSecret): Date => new Date(row.updatedAt.getTime() + BOTH_SIGN_MS);

export interface SigningSecrets {
  current: StoredSecret;
  /** Null once its day is over. */
  previous: StoredSecret | null;
}

/** Still sealed. The first one is made here, when something is to be signed or somebody asks for it. */
export async function findSigningSecrets(db: Database, box: SecretBox, workspaceId: string): Promise<SigningSecrets> {
  const rows = await findSecrets(db, { workspaceId, names: [CURRENT, PREVIOUS] });
  const current = rows.find(({ name }) => name === CURRENT) ?? await keepSecret(db, box, { workspaceId, name: CURRENT, secret: newWebhookSecret() });
  const previous = rows.find(({ name }) => name === PREVIOUS);
  return { current, previous: previous && previousUntil(previous) > new Date() ? previous : null };
}

/** What signs now, the current one first. */
export async function openSigningSecrets(db: Database, box: SecretBox, workspaceId: string): Promise<Secret[]> {
  const { current, previous } = await findSigningSecrets(db, box, workspaceId);
  const first = box.open(current, current);
  if (previous === null || box.problemOf(previous, previous) !== null) return [first];
  return [first, box.open(previous, previous)];
}
