import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@test/support/parley-process';
import { API_KEY } from '@test/support/web';

export interface BenchServer {
  name: string;
  url: string;
  /** CPU time the process has used so far, all its threads. */
  cpuMs: () => number;
}

const folder = fileURLToPath(new URL('servers/', import.meta.url));
const root = fileURLToPath(new URL('../../../', import.meta.url));
const READY_LIMIT_MS = 60_000;
const PYTHON = '/usr/bin/python3'; // Debian's own: its packages are not seen by another one in front of it
const TICK_MS = 10; // Linux counts CPU time in hundredths of a second

/** Fields 14 and 15 of proc(5)'s stat: user and system time. The name before them may have blanks. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** A Next app of one route handler, which asks the process it runs in. Inside the repository, because Next looks for itself from there. */
function buildNextApp(): string {
  const app = join(root, 'test-output', 'bench-next');
  rmSync(app, { recursive: true, force: true });
  mkdirSync(join(app, 'app/api/agents'), { recursive: true });
  writeFileSync(join(app, 'package.json'), '{"private":true}');
  writeFileSync(join(app, 'app/layout.js'), 'export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n');
  writeFileSync(join(app, 'app/api/agents/route.js'), "export const dynamic = 'force-dynamic';\nexport async function GET(request) { return Response.json(await globalThis.benchAgents(request)); }\n");
  const built = spawnSync(process.execPath, [join(root, 'node_modules/next/dist/bin/next'), 'build'], { cwd: app, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } });
  if (built.status !== 0) throw new Error(`next build failed:\n${built.stdout}${built.stderr}`);
  return app;
}

export async function startServers(options: { databaseUrl: string; workspaceId: string }) {
  const children: ChildProcess[] = [];
  const servers: BenchServer[] = [];
  const skipped: string[] = [];
  const stop = async () => {
    for (const child of children) if (child.exitCode === null && child.signalCode === null) { child.kill('SIGKILL'); await once(child, 'exit'); }
  };
  const start = async (name: string, command: string[], path: string, environment: Record<string, string> = {}) => {
    const port = await freePort();
    const child = spawn(command[0]!, command.slice(1), {
      cwd: root, stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', BENCH_PORT: String(port), BENCH_DATABASE_URL: options.databaseUrl, BENCH_WORKSPACE_ID: options.workspaceId, ...environment },
    });
    children.push(child);
    const url = `http://127.0.0.1:${port}${path}`;
    const deadline = Date.now() + READY_LIMIT_MS;
    while (!(await fetch(url, { headers: { authorization: `Bearer ${API_KEY}` } }).then((response) => response.ok, () => false))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${name} did not start`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    servers.push({ name, url, cpuMs: () => cpuMsOf(child.pid!) });
  };
  const node = (file: string) => [process.execPath, '--import', 'tsx', join(folder, file)];
  try {
    await start('Parley', node('parley.ts'), '/api/agents/');
    await start('bare Fastify', node('fastify.ts'), '/api/agents');
    await start('Next', node('next.ts'), '/api/agents', { BENCH_NEXT_APP: buildNextApp() });
    const python = spawnSync(PYTHON, ['-c', 'import fastapi, uvicorn, asyncpg']);
    if (python.status === 0) await start('FastAPI', [PYTHON, join(folder, 'fastapi_app.py')], '/api/agents');
    else skipped.push('FastAPI (apt-get install python3-fastapi python3-uvicorn python3-asyncpg)');
  } catch (error) {
    await stop();
    throw error;
  }
  return { servers, skipped, stop };
}
