import { openDatabase } from '../platform/db/client';
import { withCommandDatabase } from '../platform/db/command-database';
import { migrateDatabase } from '../platform/db/migrate';
import { withEnvFile } from '../platform/env-file';
import { AppError } from '../platform/errors';
import { setNewPassword } from './set-new-password';

/** `npm run reset-password -- EMAIL`: makes up a new password and prints it. */
const USAGE = 'Usage: npm run reset-password -- EMAIL';

try {
  const [email] = process.argv.slice(2);
  if (!email) throw new AppError('invalid_input', USAGE);
  const made = await withCommandDatabase(withEnvFile(process.cwd(), process.env), async (url) => {
    await migrateDatabase(url);
    const database = openDatabase(url, { pool: 1, name: 'parley-reset-password' });
    try {
      return await setNewPassword(database.db, { email, by: 'npm run reset-password' });
    } finally {
      await database.close();
    }
  });
  console.log(`New password of ${made.email}: ${made.password}`);
  console.log('Whoever was signed in with the old one is signed out. Change it in the console, under your account.');
  process.exit(0);
} catch (error) {
  console.error(error instanceof AppError ? error.message : error);
  process.exit(1);
}
