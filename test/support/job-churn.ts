import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';

/** What a queue does to its tables, in the shape of graphile-worker's: each job is inserted, locked, unlocked and deleted. */
export async function churnJobs(url: string, jobs: number, writers = 4): Promise<void> {
  const sql = postgres(url, { max: writers, onnotice: () => {} });
  await sql`CREATE TABLE IF NOT EXISTS churn (id bigserial PRIMARY KEY, payload jsonb, locked_at timestamptz, attempts int DEFAULT 0, run_at timestamptz DEFAULT now())`;
  await sql`CREATE INDEX IF NOT EXISTS churn_due ON churn (run_at) WHERE locked_at IS NULL`;
  let left = jobs;
  await Promise.all(Array.from({ length: writers }, async () => {
    while (left-- > 0) {
      await sql`INSERT INTO churn (payload) VALUES (${sql.json({ text: 'x'.repeat(200) })})`;
      const [job] = await sql<{ id: string }[]>`
        UPDATE churn SET locked_at = now(), attempts = attempts + 1
         WHERE id = (SELECT id FROM churn WHERE locked_at IS NULL ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id`;
      if (job) await sql`DELETE FROM churn WHERE id = ${job.id}`;
    }
  }));
  await sql.end();
}

/** Bytes of all files below a folder. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += folderBytes(path);
    else bytes += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0; // the server removes WAL files meanwhile
  }
  return bytes;
}
