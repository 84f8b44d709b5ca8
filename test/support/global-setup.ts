import { DatabaseHost } from './database-host/database-host';
import { ensureEmbeddedTemplate } from './embedded-database';
import { ensureNativeTemplate } from './native-database';

/** Makes the database templates that every test database is cloned from, so that no single test pays for them, and starts the host of the embedded ones; see database.ts. */
export default async function setup(): Promise<() => Promise<void>> {
  const serverUrl = process.env.TEST_DATABASE_URL;
  // The embedded server has tests of its own, which run whatever the rest of the suite runs on.
  const [template] = await Promise.all([ensureEmbeddedTemplate(), serverUrl && ensureNativeTemplate(serverUrl)]);
  const host = await DatabaseHost.start(template);
  process.env.TEST_DATABASE_HOST = host.socketPath; // the workers inherit it
  return () => host[Symbol.asyncDispose]();
}
