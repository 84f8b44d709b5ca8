import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** Settings from a .env file; what the environment itself says wins. */
export const readEnvFile = (path: string): Record<string, string | undefined> => parseEnv(readFileSync(path, 'utf8'));
