import { and, asc, eq, gt, ne } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { SecretBox } from './secret-box';
import { secrets } from './tables';

const ROWS_A_BATCH = 100;

export interface Rotated {
  /** Sealed again with the current key. */
  resealed: number;
  /** Those that had the current key already. */
  current: number;
  /** Why a row was left as it was; it names the secret, never its text. */
  problems: string[];
}

/**
 * Seals every secret of every workspace with the current key. May run while Parley runs with both keys, again after it
 * was broken off, and beside another one: a row that changed meanwhile is left to whoever changed it.
 */
export async function rotateSecrets(db: Database, box: SecretBox): Promise<Rotated> {
  const result: Rotated = { resealed: 0, current: 0, problems: [] };
  const keyId = box.currentKeyId;
  result.current = await db.$count(secrets, eq(secrets.keyId, keyId));
  for (let after: string | undefined; ;) {
    const rows = await db.select().from(secrets)
      .where(and(ne(secrets.keyId, keyId), after === undefined ? undefined : gt(secrets.id, after))).orderBy(asc(secrets.id)).limit(ROWS_A_BATCH);
    for (const row of rows) {
      try {
        const sealed = box.seal(box.open(row, row), row);
        const changed = await db.update(secrets).set(sealed)
          .where(and(eq(secrets.id, row.id), eq(secrets.ciphertext, row.ciphertext))).returning({ id: secrets.id });
        result.resealed += changed.length;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        result.problems.push(`workspace ${row.workspaceId}: ${error.message}`);
      }
    }
    after = rows.at(-1)?.id;
    if (rows.length < ROWS_A_BATCH) return result;
  }
}
