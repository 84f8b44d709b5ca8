/**
 * `npm run bench:chat`: what Parley adds to the provider itself. A scripted provider with fixed delays is asked directly and
 * through POST /ai/chat/stream, by the same client, in alternation; then 1,000 streams at once, and the lists over 10,000
 * threads. On the native Postgres of DATABASE_URL, and on the embedded one. Trust the differences within a run.
 *
 *   BENCH_SECONDS (6), BENCH_ROUNDS (4), BENCH_STREAMS (1000), BENCH_THREADS (10000), BENCH_DATABASES (native,embedded),
 *   BENCH_PARTS (overhead,streams,lists), BENCH_NODE_FLAGS (for the web server, such as --cpu-prof)
 */
import { calibrate } from '../voice/machine';
import { percentile } from '../voice/report';
import { measureLists } from './measure-lists';
import { measureOpenStreams } from './measure-open-streams';
import { measureOverhead } from './measure-overhead';
import { GOALS, MODELS, streamMs } from './settings';
import { start } from './start';

const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const words = (name: string, otherwise: string) => (process.env[name] ?? otherwise).split(',');
const seconds = number('BENCH_SECONDS', 6);
const rounds = number('BENCH_ROUNDS', 4);
const parts = words('BENCH_PARTS', 'overhead,streams,lists');
const nativeUrl = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
const LEVELS = [1, 10, 100];

const ms = (value: number | null) => (value === null ? '–' : value.toFixed(1));
const goal = (name: string, value: number | null, limit: number) => { if (value !== null) console.log(`  ${value <= limit ? 'met   ' : 'MISSED'} ${name}: ${value.toFixed(1)} ms (at most ${limit})`); };

for (const database of words('BENCH_DATABASES', nativeUrl ? 'native,embedded' : 'embedded')) {
  await using bench = await start(database === 'native' ? nativeUrl : undefined);
  console.log(`\n${database} Postgres, Node ${process.version}, a calibration of ${calibrate().toFixed(0)} ms; the provider's first token after ${MODELS.bench.firstTokenMs} ms, an answer takes ${streamMs(MODELS.bench)} ms`);
  const goals: Array<[string, number | null, number]> = [];

  if (parts.includes('overhead')) {
    await measureOverhead(bench, { streams: 10, seconds: Math.min(seconds, 3), rounds: 1 }); // warm
    const rows: Record<string, Record<string, string | number>> = {};
    const reasons: string[] = [];
    for (const streams of LEVELS) {
      const { direct, parley, failed } = await measureOverhead(bench, { streams, seconds, rounds });
      const at = (timings: typeof direct, share: number) => percentile(timings.map(({ firstTokenMs }) => firstTokenMs), share) ?? NaN;
      const [added50, added95] = [at(parley, 0.5) - at(direct, 0.5), at(parley, 0.95) - at(direct, 0.95)];
      rows[`${streams} at once`] = {
        answers: parley.length, failed: failed.length, 'provider p50': ms(at(direct, 0.5)), 'Parley p50': ms(at(parley, 0.5)), 'added p50': ms(added50),
        'provider p95': ms(at(direct, 0.95)), 'Parley p95': ms(at(parley, 0.95)), 'added p95': ms(added95),
        'whole answer, added p50': ms((percentile(parley.map(({ totalMs }) => totalMs), 0.5) ?? NaN) - (percentile(direct.map(({ totalMs }) => totalMs), 0.5) ?? NaN)),
      };
      reasons.push(...failed.map((reason) => reason.slice(-300)));
      if (streams === 10) goals.push(['first byte added at 10 streams, p50', added50, GOALS.firstByteP50Ms], ['first byte added at 10 streams, p95', added95, GOALS.firstByteP95Ms]);
    }
    for (const reason of new Set(reasons)) console.log(`  failed: ${reason.slice(0, 300)}`);
    console.log('First byte of the answer, ms:');
    console.table(rows);
  }

  if (parts.includes('streams')) {
    const { streams, completed, failed, peak, before, machine, seconds: took } = await measureOpenStreams(bench, number('BENCH_STREAMS', 1_000));
    const first = completed.map(({ firstTokenMs }) => firstTokenMs - MODELS.long.firstTokenMs);
    const [memory, cores] = [Object.values(machine.rssMegabytes), Object.values(machine.cores)].map((values) => values.reduce((sum, value) => sum + value, 0));
    console.log(`${streams} streams: ${completed.length} complete, ${failed.length} failed, ${peak} open at once; first byte added p50 ${ms(percentile(first, 0.5))} ms, p95 ${ms(percentile(first, 0.95))} ms`);
    console.log(`  web server: ${cores!.toFixed(2)} cores over ${took.toFixed(0)} s, memory ${before.toFixed(0)} → ${memory!.toFixed(0)} MB; client ${machine.benchCores.toFixed(2)} cores, all others ${Math.max(0, machine.otherCores - machine.benchCores).toFixed(2)}`);
    for (const reason of new Set(failed)) console.log(`  failed: ${reason.slice(0, 300)}`);
  }

  if (parts.includes('lists')) {
    const threads = number('BENCH_THREADS', 10_000);
    const lists = await measureLists(bench, { threads, requests: 200 });
    console.log(`Lists of one of whom there are ${threads} threads:`);
    console.table(Object.fromEntries(lists.map(({ name, ms: timings, kilobytes, rows }) => [name, { rows, KB: kilobytes.toFixed(0), 'p50 ms': ms(percentile(timings, 0.5)), 'p95 ms': ms(percentile(timings, 0.95)) }])));
    for (const { name, ms: timings } of lists) goals.push([`${name}, p95`, percentile(timings, 0.95), GOALS.listP95Ms]);
  }
  console.log('Goals, on a quiet machine:');
  for (const one of goals) goal(...one);
}
