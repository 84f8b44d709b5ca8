/** What main.ts hands each server. */
export const port = Number(process.env.BENCH_PORT);
export const databaseUrl = process.env.BENCH_DATABASE_URL ?? '';
export const workspaceId = process.env.BENCH_WORKSPACE_ID ?? '';
export const nextApp = process.env.BENCH_NEXT_APP ?? '';
export const POOL = 10;
/** What Parley is started with beside. */
export const environment = JSON.parse(process.env.BENCH_ENVIRONMENT ?? '{}') as Record<string, string>;
