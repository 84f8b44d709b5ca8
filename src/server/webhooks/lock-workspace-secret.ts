import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';

/** Any number, as long as nothing else in Parley locks the same pair. */
const ROTATION_LOCK = 7_275_411;

/** Rotations of a workspace's secret happen one after another, until the transaction ends. */
export async function lockWorkspaceSecret(tx: Database, workspaceId: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${ROTATION_LOCK}, hashtext(${workspaceId}))`);
}
