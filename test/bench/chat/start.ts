import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eq } from 'drizzle-orm';
import { agents } from '@/server/agents/tables';
import { openDatabase } from '@/server/platform/db/client';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';
import { firstWorkspaceId } from '@test/support/builders';
import { createEmbeddedDatabase } from '@test/support/embedded-database';
import { createNativeDatabase } from '@test/support/native-database';
import { freePort } from '@test/support/parley-process';
import { API_KEY, webConfig } from '@test/support/web';
import type { ProviderStats } from './settings';

const READY_LIMIT_MS = 60_000;
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A provider and Parley's web server, each in a process of its own, on a database of their own. */
export async function start(serverUrl: string | undefined) {
  const { url: databaseUrl, drop } = serverUrl ? await createNativeDatabase(serverUrl) : await createEmbeddedDatabase();
  const { db, sql, close } = openDatabase(databaseUrl, { name: 'bench', pool: 2 });
  const children: ChildProcess[] = [];

  async function run(path: string, environment: Record<string, string>, probe: string, flags: readonly string[] = []): Promise<{ origin: string; child: ChildProcess }> {
    const port = await freePort();
    const child = spawn(process.execPath, [...flags, '--import', 'tsx', file(path)], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_ENV: 'production', BENCH_PORT: String(port), ...environment } });
    children.push(child);
    const origin = `http://127.0.0.1:${port}`;
    const deadline = Date.now() + READY_LIMIT_MS;
    while (!(await fetch(`${origin}${probe}`).then((response) => response.ok, () => false))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${path} did not start`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return { origin, child };
  }

  async function stop() {
    for (const child of children) if (child.exitCode === null && child.signalCode === null) { child.kill('SIGTERM'); await once(child, 'exit'); }
    await close();
    await drop();
  }

  try {
    await bootstrapWorkspace({ db, config: webConfig() });
    const workspaceId = await firstWorkspaceId(db);
    await db.update(agents).set({ model: 'openai/bench', tools: [] }).where(eq(agents.workspaceId, workspaceId));
    await db.insert(agents).values({ workspaceId, slug: 'long', name: 'Long', model: 'openai/long', tools: [] });
    const provider = await run('./provider.ts', {}, '/');
    const parley = await run('../http/servers/parley.ts', {
      BENCH_DATABASE_URL: databaseUrl, BENCH_WORKSPACE_ID: workspaceId,
      BENCH_ENVIRONMENT: JSON.stringify({ OPENAI_BASE_URL: `${provider.origin}/v1`, OPENAI_API_KEY: 'sk-bench' }),
    }, '/health', (process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean));
    const authorization = { authorization: `Bearer ${API_KEY}` };
    return {
      sql, workspaceId, pid: parley.child.pid!, origin: parley.origin, authorization,
      direct: { url: `${provider.origin}/v1/chat/completions`, headers: { authorization: 'Bearer sk-bench' }, body: JSON.stringify({ model: 'bench', stream: true, stream_options: { include_usage: true }, messages: [{ role: 'user', content: 'How are you?' }] }), end: '[DONE]' },
      parley: { url: `${parley.origin}/ai/chat/stream`, headers: authorization, body: JSON.stringify({ message: 'How are you?' }), end: 'event: complete' },
      stats: async () => (await fetch(provider.origin)).json() as Promise<ProviderStats>,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export type Bench = Awaited<ReturnType<typeof start>>;
