import { join, resolve } from 'node:path';
import { childFatal, childReady, onDrain } from '../../child-process';
import { AppError } from '../../errors';
import { createLogger } from '../../logger';
import { startEmbeddedServer } from './embedded-server';

/**
 * The db process. Its settings are few and come from whoever starts it: PARLEY_DATA_DIR, PARLEY_DATABASE_PASSWORD (made
 * and kept by the caller) and PARLEY_DATABASE_PORT, so that a database that comes back does so at the address others know.
 */
const NAME = 'db';
const password = process.env.PARLEY_DATABASE_PASSWORD || childFatal(NAME, 'PARLEY_DATABASE_PASSWORD: required by the embedded database.');
const logger = createLogger({ name: NAME, level: process.env.PARLEY_DATABASE_LOG_LEVEL ?? 'info' });

/** EX_SOFTWARE: the supervisor starts a new process, and that one replays the WAL. */
const EXIT_FOR_RECOVERY = 70;

function fail(error: unknown): never {
  logger.fatal({ err: error }, 'the embedded database failed and ends, to recover at its next start');
  process.exit(EXIT_FOR_RECOVERY);
}
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

try {
  const server = await startEmbeddedServer({
    folder: join(resolve(process.env.PARLEY_DATA_DIR ?? 'data'), 'database'),
    password,
    port: Number(process.env.PARLEY_DATABASE_PORT ?? 0),
    log: (message, detail) => logger.warn(detail instanceof Error ? { err: detail } : { detail }, message),
    onFatal: fail,
  });
  onDrain(() => server.close());
  childReady(NAME, server.url);
} catch (error) {
  if (error instanceof AppError) childFatal(NAME, error.message);
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') childFatal(NAME, `${error.message}: another program has the embedded database's port.`);
  fail(error);
}
