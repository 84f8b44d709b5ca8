import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { startEmbeddedServer } from './embedded/embedded-server';

/**
 * The database for a command beside Parley: the one at DATABASE_URL, or the embedded one in PARLEY_DATA_DIR, which this
 * process then serves itself; that Parley is stopped meanwhile is what the folder's lock sees to.
 */
export async function withCommandDatabase<T>(environment: Record<string, string | undefined>, work: (url: string) => Promise<T>): Promise<T> {
  const { DATABASE_URL, PARLEY_DATA_DIR } = environment;
  if (DATABASE_URL) return work(DATABASE_URL);
  const server = await startEmbeddedServer({
    folder: join(resolve(PARLEY_DATA_DIR || 'data'), 'database'),
    password: randomBytes(24).toString('base64url'),
    onFatal: (error) => {
      console.error(error);
      process.exit(1);
    },
  });
  try {
    return await work(server.url);
  } finally {
    await server.close();
  }
}
