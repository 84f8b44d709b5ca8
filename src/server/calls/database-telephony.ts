import { sql } from 'drizzle-orm';
import type { TelephonySnapshot, TelephonyStatus } from '../health/telephony-status';
import type { Database } from '../platform/db/client';

type Row = {
  trunks: number; served: number; well: number;
  pending: number; placing: number; live: number; processed: number;
  rooms: { name: string; pid: number }[];
};

const STUCK_AFTER_MS = 2_000;

/** The telephone as the database knows it: what nodes report of their trunks, and the calls themselves. */
export function databaseTelephony(db: Database, { maxConcurrent }: { maxConcurrent: number }): TelephonyStatus {
  let reading: { answer: Promise<TelephonySnapshot>; since: number } | undefined;
  return {
    // Anybody may ask; however many do, the database is asked once at a time. One that hangs is not waited for again.
    read() {
      if (reading && performance.now() - reading.since < STUCK_AFTER_MS) return reading.answer;
      const current = { answer: read(db, maxConcurrent), since: performance.now() };
      reading = current;
      const done = () => { if (reading === current) reading = undefined; };
      current.answer.then(done, done);
      return current.answer;
    },
  };
}

async function read(db: Database, maxConcurrent: number): Promise<TelephonySnapshot> {
  // A trunk's row says what its node last told; that counts only while the node lives.
  const [row] = await db.execute<Row>(sql`
    WITH lines AS (
      SELECT t.state, EXISTS (SELECT FROM nodes n WHERE n.id = t.node_id AND n.lease_expires_at > now()) AS served FROM trunks t WHERE t.is_active
    ), held AS (
      SELECT c.id, c.direction, n.pid FROM calls c LEFT JOIN nodes n ON n.id = c.node_id AND n.lease_expires_at > now() WHERE c.state IN ('dialing', 'ringing', 'answered')
    )
    SELECT (SELECT count(*)::int FROM lines) AS trunks,
      (SELECT count(*)::int FROM lines WHERE served) AS served,
      (SELECT count(*)::int FROM lines WHERE served AND state IN ('registered', 'static')) AS well,
      (SELECT count(*)::int FROM calls WHERE state = 'queued') AS pending,
      (SELECT count(*)::int FROM held WHERE direction = 'outbound') AS placing,
      (SELECT count(*)::int FROM held) AS live,
      (SELECT count(*)::int FROM calls WHERE direction = 'outbound' AND state NOT IN ('queued', 'dialing', 'ringing', 'answered')) AS processed,
      (SELECT coalesce(json_agg(json_build_object('name', 'sip-' || direction || '-' || id, 'pid', pid)), '[]'::json) FROM held WHERE pid IS NOT NULL) AS rooms`);
  const { trunks, served, well, pending, placing, live, processed, rooms } = row!;
  return {
    bridge: bridgeOf({ trunks, served, well }),
    registered: trunks > 0 && well === trunks,
    activeCalls: live,
    queue: { enabled: trunks > 0, pending, active: placing, maxConcurrent, totalProcessed: processed },
    rooms,
  };
}

function bridgeOf({ trunks, served, well }: Pick<Row, 'trunks' | 'served' | 'well'>): TelephonySnapshot['bridge'] {
  if (trunks === 0) return { status: 'disabled', message: 'SIP bridge is not enabled' };
  if (served === 0) return { status: 'error', message: 'SIP bridge is not running: no process serves a trunk' };
  if (well < trunks) return { status: 'degraded', message: `SIP bridge is running; ${well} of ${trunks} trunks are registered` };
  return { status: 'healthy', message: 'SIP bridge is running' };
}
