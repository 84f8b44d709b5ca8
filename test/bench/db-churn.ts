import { rmSync } from 'node:fs';
import { cloneEmbeddedTemplate } from '@test/support/embedded-database';
import { startEmbeddedProcess } from '@test/support/embedded-process';
import { churnJobs, folderBytes } from '@test/support/job-churn';

/**
 * A day of job churn on the embedded database, without the pauses: `node --import tsx test/bench/db-churn.ts [JOBS]`. A day
 * of one call a minute, each with some ten jobs, is about 15,000 jobs; ten rounds show whether the folder grows.
 */
const jobs = Number(process.argv[2] ?? 15_000);
const rounds = 10;
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

const folder = await cloneEmbeddedTemplate();
let server = await startEmbeddedProcess(folder);
console.log(`${jobs} jobs in ${rounds} rounds; the folder has ${megabytes(folderBytes(folder))}`);
for (let round = 1; round <= rounds; round++) {
  const startedMs = performance.now();
  await churnJobs(server.url, jobs / rounds);
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(`round ${round}: ${Math.round(jobs / rounds / seconds)} jobs/s, the folder has ${megabytes(folderBytes(folder))}`);
}
for (const [how, signal] of [['a clean stop', 'SIGTERM'], ['kill -9', 'SIGKILL']] as const) {
  await server.stop(signal);
  const startedMs = performance.now();
  server = await startEmbeddedProcess(folder);
  console.log(`ready again ${Math.round(performance.now() - startedMs)} ms after ${how}; the folder has ${megabytes(folderBytes(folder))}`);
}
await server.stop('SIGKILL');
rmSync(folder, { recursive: true });
