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

/** A bare socket error, as the driver passes it on from a transaction; whoever else talks to the network gives such failures words of its own. */
const isBrokenSocket = (error: Error): boolean =>
  'syscall' in error && ['read', 'write', 'connect'].includes(String(error.syscall)) && !('path' in error) && 'code' in error && /^(ECONN|EPIPE|ETIMEDOUT)/.test(String(error.code));

const isOfDatabase = (error: Error): boolean =>
  error.constructor.name === 'DrizzleQueryError' || error.name === 'PostgresError' || ('code' in error && /^CONNECT(ION)?_/.test(String(error.code))) || isBrokenSocket(error);

/** True when a statement failed because the database is away, restarting or busy. `XX000` is its own bug, and stays one. */
export const isDatabaseAway = (error: unknown): boolean =>
  error instanceof Error && isOfDatabase(error) && isPassing(error) && ![error, error.cause].some((one) => one instanceof Error && 'code' in one && one.code === 'XX000');
