/** SQLSTATE classes that say "later": connection, resources, operator, serialisation; and lock or statement time-outs. */
const PASSING_STATES = /^(08|53|57|58|40|55P03|25P03|XX000)/;
const NETWORK = /^(CONNECTION_|CONNECT_|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)/;

/** True when the same write may succeed later: the database is away, restarting or busy, and not refusing the data. */
export function isPassing(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = 'code' in at ? String(at.code) : '';
    if (PASSING_STATES.test(code) || NETWORK.test(code)) return true;
  }
  return false;
}
