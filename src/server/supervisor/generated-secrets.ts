import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../platform/errors';

const schema = z.object({ authSecret: z.string(), encryptionKey: z.string(), databasePassword: z.string() });
export type GeneratedSecrets = z.infer<typeof schema>;

/** Made once and kept in the data folder (mode 0600): sign-ins and encrypted settings survive a restart. */
export function generatedSecrets(dataDir: string): GeneratedSecrets {
  const file = join(dataDir, 'secrets.json');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (existsSync(file)) return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const secrets: GeneratedSecrets = { authSecret: random(), encryptionKey: random(), databasePassword: random() };
    // Written beside its name first: a crash leaves either no secrets or all of them.
    const handle = openSync(`${file}.new`, 'w', 0o600);
    writeSync(handle, JSON.stringify(secrets, null, 2));
    fsyncSync(handle);
    closeSync(handle);
    renameSync(`${file}.new`, file);
    return secrets;
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      throw new AppError('precondition_failed', `${file} is damaged: restore it from a backup (without it, encrypted settings cannot be read)`, { cause: error });
    throw new AppError('precondition_failed', `Cannot write to the data folder ${dataDir} (${(error as NodeJS.ErrnoException).code ?? 'error'}): make it writable or set PARLEY_DATA_DIR`, { cause: error });
  }
}

/** For commands beside Parley, which make nothing up. */
export function storedEncryptionKey(dataDir: string): string | undefined {
  const file = join(dataDir, 'secrets.json');
  return existsSync(file) ? generatedSecrets(dataDir).encryptionKey : undefined;
}

const random = () => randomBytes(32).toString('base64url');
