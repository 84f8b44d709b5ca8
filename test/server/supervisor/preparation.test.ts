import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBuilt, sourceDigest, stampFile } from '@/server/supervisor/build-stamp';
import { generatedSecrets } from '@/server/supervisor/generated-secrets';
import { freePort } from '@/server/supervisor/free-port';
import { freePort as aFreePort } from '@test/support/parley-process';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'parley-start-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('generated secrets', () => {
  it('are made once, readable by the owner only, and the same at the next start', () => {
    const first = generatedSecrets(join(folder, 'data'));
    expect(generatedSecrets(join(folder, 'data'))).toEqual(first);
    expect(new Set(Object.values(first)).size).toBe(3);
    expect(statSync(join(folder, 'data', 'secrets.json')).mode & 0o077).toBe(0);
  });

  it('are never made anew over a damaged file', () => {
    writeFileSync(join(folder, 'secrets.json'), '{"authSecret":');
    expect(() => generatedSecrets(folder)).toThrow(/secrets\.json is damaged/);
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).toBe('{"authSecret":');
  });

  it('name the data folder when it cannot be used', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => generatedSecrets(join(folder, 'file', 'data'))).toThrow(/Cannot write to the data folder .*PARLEY_DATA_DIR/);
  });
});

describe('a port', () => {
  it('that is taken is named together with its setting', async () => {
    const server = createServer();
    const port = await aFreePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await expect(freePort('PORT', '127.0.0.1', port)).rejects.toThrow(new RegExp(`Port ${port} .* is taken: .*PORT`));
    await new Promise((resolve) => server.close(resolve));
    await expect(freePort('PORT', '127.0.0.1', port)).resolves.toBe(port);
    expect(await freePort('PORT', '127.0.0.1', 0)).toBeGreaterThan(0);
  });

  it('on an address this machine does not have is one clear line', async () => {
    await expect(freePort('PORT', '192.0.2.1', 4000)).rejects.toThrow(/Cannot listen on 192\.0\.2\.1:4000/);
  });
});

describe('the build stamp', () => {
  it('asks for a build at first and after any source changed, and for none in between', () => {
    mkdirSync(join(folder, 'src/server'), { recursive: true });
    mkdirSync(join(folder, 'dist'));
    mkdirSync(join(folder, '.next'));
    writeFileSync(join(folder, 'src/server/a.ts'), 'a');
    expect(isBuilt(folder)).toBe(false);
    writeFileSync(join(folder, 'dist/web.mjs'), '');
    writeFileSync(join(folder, '.next/BUILD_ID'), '');
    writeFileSync(stampFile(folder), sourceDigest(folder));
    expect(isBuilt(folder)).toBe(true);
    chmodSync(join(folder, 'src/server/a.ts'), 0o600);
    expect(isBuilt(folder)).toBe(true);
    writeFileSync(join(folder, 'src/server/a.ts'), 'b');
    expect(isBuilt(folder)).toBe(false);
  });
});
