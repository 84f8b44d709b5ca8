import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createModels } from '@/server/llm';
import { loadConfig } from '@/server/platform/config';
import { openDatabase } from '@/server/platform/db/client';
import { AppError } from '@/server/platform/errors';
import { Secret } from '@/server/platform/secret';
import { KEYS_MAX_AGE_MS, WorkspaceKeys } from '@/server/provider-keys';
import { putSecret, removeSecret, SecretBox } from '@/server/secrets';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { ManualClock } from '@test/support/fakes/manual-clock';
import { silentLogger } from '@test/support/fakes/scripted-brain';

let database: TestDatabase;
let workspaceId: string;
let clock: ManualClock;
const KEY = randomBytes(32).toString('base64');
const boxOf = (key: string) => new SecretBox(loadConfig({ NODE_ENV: 'test', ENCRYPTION_KEY: key }).secrets);
const box = boxOf(KEY);

beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  workspaceId = await aWorkspace(database.db);
  clock = new ManualClock();
});

/** The database is waited for, however long, unless said: within the product's second a machine may stand still. */
const keysOf = (more: Partial<ConstructorParameters<typeof WorkspaceKeys>[0]> = {}) => new WorkspaceKeys({ db: database.db, box, clock, logger: silentLogger, timeoutMs: 60_000, ...more });
const put = (vendor: string, text: string, by = box) => putSecret(database.db, by, { workspaceId, name: `provider/${vendor}`, secret: new Secret(text), updatedBy: null });
const shown = async (keys: WorkspaceKeys) => Object.fromEntries([...(await keys.of(workspaceId))].map(([vendor, key]) => [vendor, key instanceof AppError ? key : key.reveal()]));

describe('the provider keys of a workspace', () => {
  it('are those it keeps, and nobody else’s', async () => {
    await put('openai', 'sk-one');
    await put('groq', 'gsk-two');
    expect(await shown(keysOf())).toEqual({ openai: 'sk-one', groq: 'gsk-two' });
    expect((await keysOf().of(await aWorkspace(database.db))).size).toBe(0);
  });

  it('are read again after five seconds and not before', async () => {
    await put('openai', 'sk-one');
    const keys = keysOf();
    expect(await shown(keys)).toEqual({ openai: 'sk-one' });
    await removeSecret(database.db, { workspaceId, name: 'provider/openai' });
    await clock.advance(KEYS_MAX_AGE_MS - 1);
    expect(await shown(keys)).toEqual({ openai: 'sk-one' });
    await clock.advance(1);
    expect(await shown(keys)).toEqual({});
    expect(KEYS_MAX_AGE_MS).toBeLessThanOrEqual(5_000);
  });

  it('are read again at once where they were changed, also while a question is under way', async () => {
    await put('openai', 'sk-one');
    const keys = keysOf();
    const underWay = keys.of(workspaceId);
    keys.forget(workspaceId);
    await underWay;
    await put('openai', 'sk-two');
    expect(await shown(keys)).toEqual({ openai: 'sk-two' });
    await put('openai', 'sk-three');
    keys.forget(workspaceId);
    expect(await shown(keys)).toEqual({ openai: 'sk-three' });
  });

  it('ask the database once for turns that begin together', async () => {
    await put('openai', 'sk-one');
    const keys = keysOf();
    const [one, two] = await Promise.all([keys.of(workspaceId), keys.of(workspaceId)]);
    expect(one).toBe(two);
  });

  it('stay what they were while the database is away; unknown ones are an error', async () => {
    await put('openai', 'sk-one');
    const other = openDatabase(database.url, { pool: 1 });
    const keys = keysOf({ db: other.db });
    expect(await shown(keys)).toEqual({ openai: 'sk-one' });
    await other.close();
    await clock.advance(KEYS_MAX_AGE_MS);
    expect(await shown(keys)).toEqual({ openai: 'sk-one' });
    await expect(keysOf({ db: other.db }).of(workspaceId)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('are not waited for without end, and are asked for anew afterwards', async () => {
    await put('openai', 'sk-one');
    const other = openDatabase(database.url, { pool: 1 });
    const held = await other.sql.reserve(); // the only connection
    const keys = keysOf({ db: other.db, timeoutMs: 20 });
    await expect(keys.of(workspaceId)).rejects.toMatchObject({ kind: 'unavailable', message: 'The database is not available' });
    held.release();
    await expect.poll(() => shown(keys).catch(() => null)).toEqual({ openai: 'sk-one' });
    await other.close();
  });

  it('that cannot be opened are an error for that vendor alone, without a secret in the log', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, new Writable({ write(chunk: Buffer, _encoding, done) { lines.push(chunk.toString()); done(); } }));
    await put('openai', 'sk-sealed-elsewhere', boxOf(randomBytes(32).toString('base64')));
    await put('groq', 'gsk-two');
    const keys = await keysOf({ logger }).of(workspaceId);
    const models = createModels({ ai: loadConfig({ NODE_ENV: 'test', OPENAI_API_KEY: 'sk-environment' }).ai });
    expect(() => models.choose('openai/m', keys)).toThrow('ENCRYPTION_KEY_PREVIOUS'); // and not the environment's key instead
    expect(models.choose('groq/m', keys)).toMatchObject({ provider: 'groq' });
    expect(lines.join('')).toContain('provider/openai');
    expect(lines.join('')).not.toMatch(/sk-/);
  });

  it('keep their clients while they do not change', async () => {
    await put('groq', 'gsk-two');
    const keys = keysOf();
    const models = createModels({ ai: loadConfig({ NODE_ENV: 'test' }).ai });
    const first = models.choose('groq/m', await keys.of(workspaceId));
    await clock.advance(KEYS_MAX_AGE_MS);
    expect(models.choose('groq/m', await keys.of(workspaceId))).toBe(first);
    await put('groq', 'gsk-three');
    await clock.advance(KEYS_MAX_AGE_MS);
    expect(models.choose('groq/m', await keys.of(workspaceId))).not.toBe(first);
  });
});
