import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '@/server/platform/config';
import { Secret } from '@/server/platform/secret';
import { putSecret, SecretBox } from '@/server/secrets';
import { rotateSecrets } from '@/server/secrets/rotate-secrets';
import { secrets } from '@/server/secrets/tables';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';

let database: TestDatabase;
let workspaceId: string;
const [OLD, NEW, LOST] = [1, 2, 3].map(() => randomBytes(32).toString('base64')) as [string, string, string];
const box = (current: string, previous?: string) => new SecretBox(loadConfig({ NODE_ENV: 'test', ENCRYPTION_KEY: current, ENCRYPTION_KEY_PREVIOUS: previous }).secrets);

beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.db.delete(secrets);
  workspaceId = await aWorkspace(database.db);
});

const put = (by: SecretBox, name: string, text = `text of ${name}`) => putSecret(database.db, by, { workspaceId, name, secret: new Secret(text), updatedBy: null });
const opened = async (by: SecretBox) => (await database.db.select().from(secrets).orderBy(secrets.name)).map((row) => by.open(row, row).reveal());

describe('rotating the encryption key', () => {
  it('seals every row of every workspace anew, more than a batch of them, and leaves the text as it was', async () => {
    const other = await aWorkspace(database.db);
    for (let index = 0; index < 105; index++) await put(box(OLD), `name ${String(index).padStart(3, '0')}`);
    await putSecret(database.db, box(OLD), { workspaceId: other, name: 'z', secret: new Secret('of another workspace'), updatedBy: null });
    const before = await opened(box(OLD));

    expect(await rotateSecrets(database.db, box(NEW, OLD))).toEqual({ resealed: 106, current: 0, problems: [] });

    expect(await opened(box(NEW))).toEqual(before);
    await expect(opened(box(OLD))).rejects.toThrow('ENCRYPTION_KEY_PREVIOUS');
  });

  it('changes nothing a second time', async () => {
    await put(box(OLD), 'a');
    await rotateSecrets(database.db, box(NEW, OLD));
    const rows = await database.db.select().from(secrets);
    expect(await rotateSecrets(database.db, box(NEW, OLD))).toEqual({ resealed: 0, current: 1, problems: [] });
    expect(await database.db.select().from(secrets)).toEqual(rows);
  });

  it('goes on past rows that it cannot open, and says which and why', async () => {
    await put(box(LOST), 'a');
    await put(box(OLD), 'b');
    await put(box(NEW), 'c');
    await put(box(OLD), 'd');
    await database.db.update(secrets).set({ ciphertext: 'v1.AAAA' }).where(eq(secrets.name, 'd'));

    const result = await rotateSecrets(database.db, box(NEW, OLD));

    expect(result).toMatchObject({ resealed: 1, current: 1 });
    expect(result.problems.sort()).toEqual([expect.stringMatching(/'a'.*ENCRYPTION_KEY_PREVIOUS/), expect.stringMatching(/'d'.*damaged/)]);
    expect(result.problems.join()).not.toContain('text of');
  });

  it('needs the current key', async () => {
    await expect(rotateSecrets(database.db, new SecretBox(loadConfig({ NODE_ENV: 'test' }).secrets))).rejects.toThrow('ENCRYPTION_KEY is not set');
  });
});

describe('npm run secrets:rotate', () => {
  const command = fileURLToPath(new URL('../../../src/server/secrets/main.ts', import.meta.url));
  const rotate = (environment: Record<string, string>) =>
    new Promise<{ code: number | string; output: string }>((resolve) => {
      execFile(process.execPath, ['--import', 'tsx', command], { env: { ...process.env, ENCRYPTION_KEY: '', ENCRYPTION_KEY_PREVIOUS: '', PARLEY_DATA_DIR: join(tmpdir(), 'no-such-parley'), DATABASE_URL: database.url, ...environment } },
        (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }));
    });

  it('counts what it did and shows no key', async () => {
    await put(box(OLD), 'a');
    const { code, output } = await rotate({ ENCRYPTION_KEY: NEW, ENCRYPTION_KEY_PREVIOUS: OLD });
    expect([code, output]).toEqual([0, expect.stringMatching(/^Encrypted 1 secrets anew with key [0-9a-f]{12}; 0 had it already; 0 could not be read\./)]);
    expect(await opened(box(NEW))).toEqual(['text of a']);
    for (const key of [OLD, NEW, 'text of a']) expect(output).not.toContain(key);
  });

  it('fails when a row stays behind, a key is wrong or there is none, with words for each', async () => {
    await put(box(LOST), 'a');
    expect(await rotate({ ENCRYPTION_KEY: NEW })).toMatchObject({ code: 1, output: expect.stringContaining('ENCRYPTION_KEY_PREVIOUS') as string });
    expect(await rotate({ ENCRYPTION_KEY: 'short' })).toMatchObject({ code: 1, output: expect.stringContaining('ENCRYPTION_KEY: must be 32 random bytes') as string });
    expect(await rotate({})).toMatchObject({ code: 1, output: expect.stringContaining('ENCRYPTION_KEY is not set') as string });
  });
});
