import { eq, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { Logger } from '../platform/logger';
import { nodes } from './tables';

export const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 5_000; // a lease outlives two lost renewals

export interface LeaseOptions {
  db: Database;
  kind: 'realtime' | 'worker';
  id: string;
  /** Base URL of the control API; '' without one. */
  address: string;
  /** What the row says besides its lease; asked at every renewal. */
  describe: () => { sessions?: number; workerIds?: string[] };
  logger: Logger;
}

export interface Lease {
  readonly id: string;
  /** False once a whole lease has gone by without a renewal: then the others count this node as dead. */
  held(): boolean;
  release(): Promise<void>;
}

/** Writes this process into `nodes` and keeps it there. Times are the database's own: clocks of machines differ. */
export async function holdLease({ db, kind, id, address, describe, logger }: LeaseOptions): Promise<Lease> {
  let renewedAt = 0;
  let running: Promise<void> | undefined;
  const leaseExpiresAt = sql`now() + ${`${LEASE_MS} milliseconds`}::interval`;
  const renew = async () => {
    const startedAt = performance.now();
    const row = { ...describe(), address, pid: process.pid, leaseExpiresAt };
    const heldSince = sql`CASE WHEN ${nodes.leaseExpiresAt} > now() THEN ${nodes.heldSince} ELSE now() END`;
    await db.insert(nodes).values({ id, kind, ...row }).onConflictDoUpdate({ target: nodes.id, set: { ...row, heldSince } });
    renewedAt = startedAt;
  };
  await renew();
  const timer = setInterval(() => {
    running ??= renew()
      .catch((error) => logger.warn({ err: error }, 'could not renew the lease'))
      .finally(() => { running = undefined; });
  }, RENEW_EVERY_MS);
  return {
    id,
    held: () => performance.now() - renewedAt < LEASE_MS,
    release: async () => {
      clearInterval(timer);
      await running;
      await db.delete(nodes).where(eq(nodes.id, id)).catch((error) => logger.warn({ err: error }, 'could not give back the lease: it runs out by itself'));
    },
  };
}
