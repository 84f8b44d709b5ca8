import { ensureNativeTemplate } from './native-database';

/** Makes the database template that every test database is cloned from, so that no single test pays for it; see database.ts. */
export default async function setup(): Promise<void> {
  const serverUrl = process.env.TEST_DATABASE_URL;
  if (serverUrl) await ensureNativeTemplate(serverUrl);
}
