import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withEnvFile } from '@/server/platform/env-file';

it('a .env file adds settings, and the environment itself wins', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-env-'));
  expect(withEnvFile(folder, { PORT: '1' })).toEqual({ PORT: '1' });
  writeFileSync(join(folder, '.env'), '# mine\nPORT=2\nDATABASE_URL="postgres://x/y"\n');
  expect(withEnvFile(folder, { PORT: '1' })).toEqual({ PORT: '1', DATABASE_URL: 'postgres://x/y' });
  rmSync(folder, { recursive: true });
});
