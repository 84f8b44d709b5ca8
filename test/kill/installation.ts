import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { loadConfig } from '@/server/platform/config';
import { openDatabase } from '@/server/platform/db/client';
import { migrateDatabase } from '@/server/platform/db/migrate';
import { NODE_ENTRIES } from '@/server/supervisor/entries';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';
import { cloneEmbeddedTemplate } from '@test/support/embedded-database';
import { freePort } from '@test/support/parley-process';
import { Killable } from './killable';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const API_KEY = 'parley_killed_two_hundred_times';
export const VICTIMS = ['realtime', 'web', 'worker', 'db'] as const;
export type Victim = (typeof VICTIMS)[number];

/** The processes as they are shipped: bundled. They find their packages because this folder is inside the repository. */
async function bundle(): Promise<string> {
  const outdir = join(root, 'test-output', `kill-${process.pid}`);
  await build({
    absWorkingDir: root, entryPoints: { ...NODE_ENTRIES }, outdir, outExtension: { '.js': '.mjs' },
    bundle: true, platform: 'node', target: 'node20', format: 'esm', packages: 'external', sourcemap: true, logLevel: 'warning',
  });
  return outdir;
}

export interface InstallationOptions {
  sipDomain: string;
  speechUrl: string;
  maxConcurrent: number;
}

/** A whole Parley on the embedded database, started as `npm start` does it, whose processes may be killed one by one. */
export class Installation implements AsyncDisposable {
  private constructor(readonly url: string, readonly databaseUrl: string, readonly processes: Readonly<Record<Victim, Killable>>, private readonly folders: string[]) {}

  static async start({ sipDomain, speechUrl, maxConcurrent }: InstallationOptions): Promise<Installation> {
    if (!existsSync(join(root, '.next/BUILD_ID'))) throw new Error('The web process needs the console: run `npm run build` first');
    const [modules, dataDir] = await Promise.all([bundle(), cloneEmbeddedTemplate()]);
    const ports = Object.fromEntries(await Promise.all(['PORT', 'REALTIME_PORT', 'PARLEY_DATABASE_PORT', 'SIP_PORT'].map(async (name) => [name, String(await freePort())] as const)));
    const password = 'for tests';
    const db = new Killable({ name: 'db', module: join(modules, 'db.mjs'), environment: { PATH: process.env.PATH ?? '', PARLEY_DATA_DIR: dataDir, PARLEY_DATABASE_PASSWORD: password, PARLEY_DATABASE_PORT: ports.PARLEY_DATABASE_PORT! } });
    await db.start();
    const databaseUrl = db.url!;
    const environment: Record<string, string> = {
      ...ports, PATH: process.env.PATH ?? '', NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', STENTOR_LOG_LEVEL: 'warning',
      PARLEY_DATA_DIR: dataDir, PARLEY_DATABASE_PASSWORD: password, DATABASE_URL: databaseUrl, PARLEY_DATABASE_EMBEDDED: 'true',
      AUTH_SECRET: 'a secret of the tests, long enough for anybody', ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      STENTOR_STT_URL: speechUrl, STENTOR_TTS_URL: speechUrl, PARLEY_EGRESS_ALLOW: '127.0.0.0/8', PARLEY_API_KEY: API_KEY,
      SIP_DOMAIN: sipDomain, SIP_USER: 'parley', SIP_HOST: '127.0.0.1', CALL_QUEUE_MAX_CONCURRENT: String(maxConcurrent), RTP_PORT_MIN: '23000', RTP_PORT_MAX: '23999',
    };
    const killable = (name: Victim) => new Killable({ name, module: join(modules, `${name}.mjs`), environment });
    const processes = { db, realtime: killable('realtime'), web: killable('web'), worker: killable('worker') };
    const installation = new Installation(`http://127.0.0.1:${ports.PORT}`, databaseUrl, processes, [modules, dataDir]);
    try {
      await bootstrap(databaseUrl, environment);
      await Promise.all(VICTIMS.map((name) => processes[name].start()));
    } catch (error) {
      await installation[Symbol.asyncDispose]();
      throw error;
    }
    return installation;
  }

  /** One request with a time limit; throws when nobody answers. */
  async request(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.url}${path}`, {
      method, signal: AbortSignal.timeout(10_000), headers: { authorization: `Bearer ${API_KEY}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) as Record<string, unknown> : { text } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { db, ...others } = this.processes;
    await Promise.all(Object.values(others).map((each) => each[Symbol.asyncDispose]()));
    await db[Symbol.asyncDispose]();
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true });
  }
}

/** What the supervisor does before it starts the others. */
async function bootstrap(url: string, environment: Record<string, string>): Promise<void> {
  await migrateDatabase(url);
  const database = openDatabase(url, { pool: 1, name: 'parley-start' });
  try {
    await bootstrapWorkspace({ db: database.db, config: loadConfig(environment) });
  } finally {
    await database.close();
  }
}
