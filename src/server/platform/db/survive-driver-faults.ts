import type { Logger } from '../logger';

/** postgres.js, and pg below graphile-worker, whose pool says it has ended while its last connection still says goodbye: what comes then has no listener. */
const DRIVER = /[/\\](?:postgres[/\\](?:src|cjs[/\\]src)|pg-protocol[/\\]dist|pg[/\\]lib)[/\\]/;
/** What it asks of every new connection for itself: nobody hears it when that connection dies meanwhile. */
const OWN_QUERY = /\bb\.typarray\b/;

/**
 * When a connection dies under a transaction, postgres.js 3.4.9 may throw from a timer, where nobody can catch it
 * (`Cannot read properties of null (reading 'write')`). The statement itself is rejected and the pool replaced (see
 * client.ts), so the process, and with it every live session, may go on. Anything else that nobody caught ends it.
 */
export function surviveDriverFaults(logger: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    // A rejection arrives here when the process's own start fails: going on would leave half a process.
    if (origin === 'uncaughtException' && isDriverFault(error)) {
      logger.error({ err: error }, 'the database driver failed on a lost connection');
      return;
    }
    logger.fatal({ err: error }, 'uncaught exception');
    process.exit(1);
  });
  // Pools reject out of band while Postgres restarts, and reconnect by themselves afterwards.
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
}

/** Reads what it says alone: a test runner hands over a copy of the error that has lost its class. */
export function isDriverFault(error: unknown): boolean {
  const query = error !== null && typeof error === 'object' && 'query' in error ? error.query : undefined;
  if (typeof query === 'string' && OWN_QUERY.test(query)) return true;
  const stack = error !== null && typeof error === 'object' && 'stack' in error ? error.stack : undefined;
  const frame = typeof stack === 'string' ? stack.split('\n').find((line) => line.trimStart().startsWith('at ')) : undefined;
  return frame !== undefined && DRIVER.test(frame);
}
