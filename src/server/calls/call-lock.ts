import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';

/**
 * Counting calls and beginning one is one step for all nodes, or limits would not hold. Held to the end of the
 * transaction; what was committed under it is seen by the next statement of whoever has it next.
 */
export const lockCallCounts = async (tx: Database): Promise<void> => { await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext('parley_call_limits'))`); };
