import { defineConfig } from 'drizzle-kit';

/** `npm run db:generate` writes a migration for whatever changed in a domain's tables.ts. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/server/*/tables.ts',
  out: './drizzle',
});
