import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { migrateDatabase } from '@/server/platform/db/migrate';
import { schemaFingerprint } from './schema-fingerprint';

const TEMPLATE_LOCK = 7_275_392;

const admin = (serverUrl: string) => postgres(serverUrl, { max: 1, onnotice: () => {} });

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Makes the migrated template unless it is there. Several test runs may share a server, hence the lock. */
export async function ensureNativeTemplate(serverUrl: string): Promise<string> {
  const template = `parley_template_${schemaFingerprint()}`;
  const sql = admin(serverUrl);
  try {
    await sql`SELECT pg_advisory_lock(${TEMPLATE_LOCK})`;
    const [found] = await sql`SELECT 1 FROM pg_database WHERE datname = ${template}`;
    if (found) return template;
    // Renamed when complete: a run that was killed half way leaves nothing that looks like a template.
    const making = `${template}_making`;
    await sql.unsafe(`DROP DATABASE IF EXISTS ${making} WITH (FORCE)`);
    await sql.unsafe(`CREATE DATABASE ${making}`);
    await migrateDatabase(withDatabase(serverUrl, making));
    await sql.unsafe(`ALTER DATABASE ${making} RENAME TO ${template}`);
    return template;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** An empty, migrated database of its own on a native server. */
export async function createNativeDatabase(serverUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const template = await ensureNativeTemplate(serverUrl);
  const name = `parley_test_${process.pid}_${randomUUID().slice(0, 8)}`;
  const run = async (statement: string) => {
    const sql = admin(serverUrl);
    try {
      await sql.unsafe(statement);
    } finally {
      await sql.end({ timeout: 5 });
    }
  };
  await run(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return { url: withDatabase(serverUrl, name), drop: () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}
