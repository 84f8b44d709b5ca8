/** `npm run secrets:rotate`: seals every stored secret with ENCRYPTION_KEY; those of ENCRYPTION_KEY_PREVIOUS open them. */
import { resolve } from 'node:path';
import { ConfigError, loadConfig } from '../platform/config';
import { openDatabase } from '../platform/db/client';
import { withCommandDatabase } from '../platform/db/command-database';
import { withEnvFile } from '../platform/env-file';
import { AppError } from '../platform/errors';
import { storedEncryptionKey } from '../supervisor/generated-secrets';
import { rotateSecrets, type Rotated } from './rotate-secrets';
import { SecretBox } from './secret-box';

try {
  const environment = withEnvFile(process.cwd(), process.env);
  // As npm start does: without a key in the settings the one in the data folder counts.
  environment.ENCRYPTION_KEY ||= storedEncryptionKey(resolve(environment.PARLEY_DATA_DIR || 'data'));
  // Nothing else of the settings matters here, and an old one among them must not be in the way.
  const { secrets } = loadConfig({ ENCRYPTION_KEY: environment.ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS: environment.ENCRYPTION_KEY_PREVIOUS });
  const box = new SecretBox(secrets);
  const result = await withCommandDatabase(environment, async (url): Promise<Rotated> => {
    const { db, close } = openDatabase(url, { pool: 1, name: 'parley-rotate' });
    try {
      return await rotateSecrets(db, box);
    } finally {
      await close();
    }
  });
  console.log(`Encrypted ${result.resealed} secrets anew with key ${box.currentKeyId}; ${result.current} had it already; ${result.problems.length} could not be read.`);
  for (const problem of result.problems) console.error(problem);
  if (result.problems.length === 0) console.log('ENCRYPTION_KEY_PREVIOUS is not needed any more, except for backups that are older.');
  process.exit(result.problems.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error instanceof AppError || error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
