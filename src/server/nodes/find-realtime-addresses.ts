import { and, eq, gt, ne, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { nodes } from './tables';

/** Where the realtime nodes that hold a lease are asked for their live sessions. */
export async function findRealtimeAddresses(db: Database): Promise<string[]> {
  const rows = await db.select({ address: nodes.address }).from(nodes)
    .where(and(eq(nodes.kind, 'realtime'), ne(nodes.address, ''), gt(nodes.leaseExpiresAt, sql`now()`)));
  return [...new Set(rows.map(({ address }) => address))];
}
