import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { withEnvFile } from '../../env-file';
import { AppError } from '../../errors';
import { startEmbeddedServer } from '../embedded/embedded-server';
import { exportDatabase, type Transferred } from './export-database';
import { importDatabase } from './import-database';

/**
 * `npm run db:export -- FILE` and `npm run db:import -- FILE`: on the database at DATABASE_URL, or on the embedded one in
 * PARLEY_DATA_DIR, which this process then serves itself; that Parley is stopped meanwhile is what the folder's lock sees to.
 */
const USAGE = 'Usage: npm run db:export -- FILE, or npm run db:import -- FILE';

async function withDatabase(work: (url: string) => Promise<Transferred>): Promise<Transferred> {
  // The .env file too: otherwise an import meant for a server of one's own would go into the embedded database.
  const { DATABASE_URL, PARLEY_DATA_DIR } = withEnvFile(process.cwd(), process.env);
  if (DATABASE_URL) return work(DATABASE_URL);
  const folder = join(resolve(PARLEY_DATA_DIR || 'data'), 'database');
  const server = await startEmbeddedServer({
    folder,
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

try {
  const [verb, file] = process.argv.slice(2);
  if (!file || (verb !== 'export' && verb !== 'import')) throw new AppError('invalid_input', USAGE);
  const transfer = verb === 'export' ? exportDatabase : importDatabase;
  const { tables, rows } = await withDatabase((url) => transfer(url, file));
  console.log(`${verb === 'export' ? 'Exported' : 'Imported'} ${rows} rows of ${tables} tables.`);
  if (verb === 'import') console.log('Secrets in the data stay encrypted: start Parley with the ENCRYPTION_KEY they were stored with.');
  process.exit(0);
} catch (error) {
  console.error(error instanceof AppError ? error.message : error);
  process.exit(1);
}
