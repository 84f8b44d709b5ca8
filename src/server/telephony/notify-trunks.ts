import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';

/** Wakes the realtime nodes; whoever misses it looks again by itself soon. */
export const TRUNKS_CHANNEL = 'parley_trunks';

/** In the transaction of the change: it is heard when that commits. */
export async function notifyTrunks(tx: Database, workspaceId: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${TRUNKS_CHANNEL}, ${workspaceId})`);
}
