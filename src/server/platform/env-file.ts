import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

type Environment = Record<string, string | undefined>;

/** The environment together with the settings in `folder`'s .env file, if there is one; what the environment itself says wins. */
export function withEnvFile(folder: string, environment: Environment): Environment {
  const file = join(folder, '.env');
  return existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')), ...environment } : { ...environment };
}
