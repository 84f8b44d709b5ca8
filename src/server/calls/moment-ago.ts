import { sql, type SQL } from 'drizzle-orm';

/** Nobody keeps an end for longer than a database may be away; what says so has a broken clock. */
const LONGEST_AGO_MS = 24 * 3_600_000;

/** When something happened that can be written only now, by the database's clock. `agoMs`: by the monotonic one of whoever saw it. */
export function momentAgo(agoMs = 0): SQL {
  const clamped = Number.isFinite(agoMs) ? Math.min(Math.max(0, agoMs), LONGEST_AGO_MS) : 0;
  return sql`(clock_timestamp() - make_interval(secs => ${clamped / 1_000}::float8))`;
}
