import { and, eq, ne } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { nodes } from './tables';

/** For the only realtime node of an embedded database: what an earlier life held is free at once, not when its lease has run out. */
export async function forgetEarlierLives(db: Database, nodeId: string): Promise<void> {
  await db.delete(nodes).where(and(eq(nodes.kind, 'realtime'), ne(nodes.id, nodeId)));
}
