/**
 * `npm run bench:http`: ten agents from Postgres, as JSON, through Parley's REST adapter, a bare Fastify route, a Next
 * route handler and (where Debian's packages are) FastAPI. Each server is a process of its own; rounds are interleaved,
 * so that whatever else the machine does falls on all alike. Trust the ratios and the CPU times, not the requests a second.
 */
import autocannon from 'autocannon';
import { openDatabase } from '@/server/platform/db/client';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';
import { agents } from '@/server/agents/tables';
import { firstWorkspaceId } from '@test/support/builders';
import { createEmbeddedDatabase } from '@test/support/embedded-database';
import { createNativeDatabase } from '@test/support/native-database';
import { API_KEY, webConfig } from '@test/support/web';
import { startServers, type BenchServer } from './start-servers';

const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const rounds = Number(process.env.BENCH_ROUNDS ?? 9);
const CONNECTIONS = 10;
/** Node compiles what is hot for some seconds. */
const WARM_SECONDS = 6;

interface Round { requestsPerSecond: number; cpuMs: number; p50: number; p99: number }

async function measure({ url, cpuMs }: BenchServer, forSeconds: number): Promise<Round> {
  const before = cpuMs();
  const result = await autocannon({ url, connections: CONNECTIONS, duration: forSeconds, headers: { authorization: `Bearer ${API_KEY}` } });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return { requestsPerSecond: result.requests.average, cpuMs: (cpuMs() - before) / result.requests.total, p50: result.latency.p50, p99: result.latency.p99 };
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const serverUrl = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
const { url, drop } = serverUrl ? await createNativeDatabase(serverUrl) : await createEmbeddedDatabase();
const { db, close } = openDatabase(url, { name: 'bench' });
await bootstrapWorkspace({ db, config: webConfig() });
const workspaceId = await firstWorkspaceId(db);
await db.insert(agents).values(Array.from({ length: 9 }, (_, n) => ({ workspaceId, slug: `agent-${n}`, name: `Agent ${n}`, systemPrompt: 'You answer briefly and kindly. '.repeat(10) })));

const { servers, skipped, stop } = await startServers({ databaseUrl: url, workspaceId });
try {
  const bodies = await Promise.all(servers.map(async ({ url: address }) => (await fetch(address, { headers: { authorization: `Bearer ${API_KEY}` } })).json() as Promise<unknown[]>));
  for (const [index, body] of bodies.entries()) if (body.length !== 10) throw new Error(`${servers[index]!.name} answered ${JSON.stringify(body).slice(0, 200)}`);
  const measured = new Map<string, Round[]>(servers.map(({ name }) => [name, []]));
  for (const server of servers) await measure(server, WARM_SECONDS);
  for (let round = 0; round < rounds; round++)
    for (const server of servers) measured.get(server.name)!.push(await measure(server, seconds));

  const rows = [...measured].map(([name, all]) => ({
    name,
    requestsPerSecond: median(all.map((one) => one.requestsPerSecond)), cpuMs: median(all.map((one) => one.cpuMs)),
    p50: median(all.map((one) => one.p50)), p99: median(all.map((one) => one.p99)),
  }));
  console.log(`10 agents from ${serverUrl ? 'native' : 'embedded'} Postgres, ${CONNECTIONS} connections, ${rounds} interleaved rounds of ${seconds} s, medians; Node ${process.version}`);
  console.table(Object.fromEntries(rows.map((row) => [row.name, { 'requests/s': Math.round(row.requestsPerSecond), 'CPU ms/request': row.cpuMs.toFixed(3), 'p50 ms': row.p50, 'p99 ms': row.p99 }])));
  const of = (name: string) => rows.find((row) => row.name === name);
  const parley = of('Parley')!;
  const line = (label: string, value: string, wanted: string) => console.log(`${label.padEnd(44)} ${value.padStart(9)}   wanted ${wanted}`);
  line('Parley, CPU over bare Fastify', `${(parley.cpuMs - of('bare Fastify')!.cpuMs).toFixed(3)} ms`, '≤ 0.3 ms');
  for (const [name, wanted] of [['Next', 5], ['FastAPI', 2]] as const) {
    const other = of(name);
    if (!other) continue;
    line(`Parley against ${name}, requests/s`, `${(parley.requestsPerSecond / other.requestsPerSecond).toFixed(2)} ×`, `≥ ${wanted} ×`);
    line(`Parley against ${name}, requests per CPU second`, `${(other.cpuMs / parley.cpuMs).toFixed(2)} ×`, `≥ ${wanted} ×`);
  }
  for (const reason of skipped) console.log(`skipped: ${reason}`);
} finally {
  await stop();
  await close();
  await drop();
}
