import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { Secret } from '../platform/secret';
import type { SecretBox } from './secret-box';
import { secrets } from './tables';

export type StoredSecret = typeof secrets.$inferSelect;

const HINT_CHARACTERS = 4;

/** The end of a secret, where what is left unknown is still long. */
function hintOf(secret: Secret): string {
  const text = secret.reveal();
  return text.length >= 4 * HINT_CHARACTERS ? `…${text.slice(-HINT_CHARACTERS)}` : '…';
}

export interface SecretName {
  workspaceId: string;
  name: string;
}

/** Sealed here; what was kept under the name before is gone. */
export async function putSecret(db: Database, box: SecretBox, options: SecretName & { secret: Secret; updatedBy: string | null }): Promise<StoredSecret> {
  const { workspaceId, name, secret, updatedBy } = options;
  const value = { ...box.seal(secret, { workspaceId, name }), hint: hintOf(secret), updatedBy, updatedAt: sql`now()` as SQL<Date> };
  const [row] = await db.insert(secrets).values({ workspaceId, name, ...value })
    .onConflictDoUpdate({ target: [secrets.workspaceId, secrets.name], set: value }).returning();
  return row!;
}

/** Sealed here unless something is kept under the name already; answers what is kept then. Several may do this at once. */
export async function keepSecret(db: Database, box: SecretBox, options: SecretName & { secret: Secret }): Promise<StoredSecret> {
  const { workspaceId, name, secret } = options;
  await db.insert(secrets).values({ workspaceId, name, ...box.seal(secret, { workspaceId, name }), hint: hintOf(secret) }).onConflictDoNothing();
  const [row] = await findSecrets(db, { workspaceId, names: [name] });
  return row!;
}

export async function removeSecret(db: Database, { workspaceId, name }: SecretName): Promise<boolean> {
  const rows = await db.delete(secrets).where(and(eq(secrets.workspaceId, workspaceId), eq(secrets.name, name))).returning({ id: secrets.id });
  return rows.length > 0;
}

/** Still sealed: whoever needs the text opens it with the box. */
export const findSecrets = (db: Database, options: { workspaceId: string; names: string[] }): Promise<StoredSecret[]> =>
  db.select().from(secrets).where(and(eq(secrets.workspaceId, options.workspaceId), inArray(secrets.name, options.names)));
