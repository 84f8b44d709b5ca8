import { ensureEmbeddedTemplate } from './embedded-database';
import { ensureNativeTemplate } from './native-database';

/** Makes the database templates that every test database is cloned from, so that no single test pays for them; see database.ts. */
export default async function setup(): Promise<void> {
  const serverUrl = process.env.TEST_DATABASE_URL;
  // The embedded server has tests of its own, which run whatever the rest of the suite runs on.
  await Promise.all([ensureEmbeddedTemplate(), serverUrl && ensureNativeTemplate(serverUrl)]);
}
