import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import { nodes } from './tables';

/** A lease and a renewal: after that, every node that lives has written its name into a database that came back. */
export const SETTLED_MS = 20_000;

/** That no node of this id holds a lease. */
export const isDead = (nodeId: SQLWrapper): SQL => sql`NOT EXISTS (SELECT FROM ${nodes} n WHERE n.id = ${nodeId} AND n.lease_expires_at > now())`;

/**
 * That the dead may be told from the living. While the database was away nobody could renew a lease, so one that has
 * just started, or that nobody has seen for a whole lease without a gap, says nothing about who is dead.
 */
export function mayJudge(settledMs: number): SQL {
  const since = sql`now() - ${`${settledMs} milliseconds`}::interval`;
  return sql`pg_postmaster_start_time() <= ${since} AND EXISTS (SELECT FROM ${nodes} w WHERE w.lease_expires_at > now() AND w.held_since <= ${since})`;
}
