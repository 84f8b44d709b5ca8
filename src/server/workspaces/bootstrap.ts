import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { createApiKey } from '../auth/api-keys';
import { hashPassword } from '../auth/passwords';
import { users } from '../auth/tables';
import type { Config } from '../platform/config';
import type { Database } from '../platform/db/client';
import { fillWorkspace } from './create-workspace';
import { workspaces } from './tables';

/** Any constant: two processes that start on one empty database must not both fill it. */
const BOOTSTRAP_LOCK = 7_270_001;

export interface Bootstrap {
  created: boolean;
  adminEmail: string;
  /** Only what was made up here: what the operator chose is not printed back. */
  adminPassword?: string;
  apiKey?: string;
}

/** First start: a workspace, its owner, a key and somebody to talk to. Any later start changes nothing. */
export async function bootstrapWorkspace(deps: { db: Database; config: Config }): Promise<Bootstrap> {
  const { db, config } = deps;
  const { adminEmail } = config.firstStart;
  const [existing] = await db.select({ id: workspaces.id }).from(workspaces).limit(1);
  if (existing) return { created: false, adminEmail };

  const adminPassword = config.firstStart.adminPassword?.reveal() ?? randomBytes(12).toString('base64url');
  const passwordHash = await hashPassword(adminPassword); // slow on purpose, so before the transaction
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${BOOTSTRAP_LOCK})`);
    const [other] = await tx.select({ id: workspaces.id }).from(workspaces).limit(1);
    if (other) return { created: false, adminEmail };

    const [workspace] = await tx.insert(workspaces).values({ name: 'Default', slug: 'default' }).returning({ id: workspaces.id });
    const [admin] = await tx.insert(users).values({ email: adminEmail, name: 'Admin', passwordHash }).returning({ id: users.id });
    const workspaceId = workspace!.id;
    await fillWorkspace(tx, { workspaceId, ownerId: admin!.id });
    const given = config.firstStart.apiKey?.reveal();
    const { key } = await createApiKey(tx, { workspaceId, name: 'First key', role: 'admin', createdBy: admin!.id, ...(given ? { key: given } : {}) });
    return {
      created: true,
      adminEmail,
      ...(config.firstStart.adminPassword ? {} : { adminPassword }),
      ...(given ? {} : { apiKey: key }),
    };
  });
}
