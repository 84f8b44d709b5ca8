import { withEnvFile } from '../../env-file';
import { AppError } from '../../errors';
import { withCommandDatabase } from '../command-database';
import { exportDatabase } from './export-database';
import { importDatabase } from './import-database';

/** `npm run db:export -- FILE` and `npm run db:import -- FILE`. */
const USAGE = 'Usage: npm run db:export -- FILE, or npm run db:import -- FILE';

try {
  const [verb, file] = process.argv.slice(2);
  if (!file || (verb !== 'export' && verb !== 'import')) throw new AppError('invalid_input', USAGE);
  const transfer = verb === 'export' ? exportDatabase : importDatabase;
  // The .env file too: otherwise an import meant for a server of one's own would go into the embedded database.
  const { tables, rows } = await withCommandDatabase(withEnvFile(process.cwd(), process.env), (url) => transfer(url, file));
  console.log(`${verb === 'export' ? 'Exported' : 'Imported'} ${rows} rows of ${tables} tables.`);
  if (verb === 'import') console.log('Secrets in the data stay encrypted: start Parley with the ENCRYPTION_KEY they were stored with.');
  process.exit(0);
} catch (error) {
  console.error(error instanceof AppError ? error.message : error);
  process.exit(1);
}
