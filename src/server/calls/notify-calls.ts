import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';

/** A call was queued or cancelled, or has made room: nodes look at once, and without a word each second. */
export const CALLS_CHANNEL = 'parley_calls';

/** Told when the transaction commits. */
export const notifyCalls = async (tx: Database): Promise<void> => { await tx.execute(sql`SELECT pg_notify(${CALLS_CHANNEL}, '')`); };
