import { askWhole } from './ask';
import type { Bench } from './start';

export interface ListTiming { name: string; ms: number[]; kilobytes: number; rows: number }

/** As many threads as somebody has after years, a third of them everybody else's on top. */
async function fill({ sql, workspaceId, origin, authorization }: Bench, threads: number): Promise<void> {
  const { text } = await askWhole(`${origin}/api/threads/create`, 'POST', authorization, '{}');
  const { thread_id: id } = JSON.parse(text) as { thread_id: string };
  const [owner] = await sql<{ user_label: string; agent_id: string }[]>`SELECT user_label, agent_id FROM conversations WHERE id = ${id}`;
  const labels = [[owner!.user_label, threads], ['api-user', threads], ['somebody-else', Math.floor(threads / 3)]] as const;
  for (const [label, count] of labels)
    await sql`INSERT INTO conversations (id, workspace_id, agent_id, user_label, channel, title, message_count, provider, model, created_at, updated_at)
      SELECT gen_random_uuid(), ${workspaceId}, ${owner!.agent_id}, ${label}, 'chat', 'What was said first in thread ' || n, 2, 'openai', 'bench', now() - n * interval '1 minute', now() - n * interval '1 minute'
      FROM generate_series(1, ${count}::int) AS n`;
  await sql`ANALYZE conversations`;
}

export async function measureLists(bench: Bench, { threads, requests }: { threads: number; requests: number }): Promise<ListTiming[]> {
  await fill(bench, threads);
  const lists = [
    { name: 'GET /ai/conversations', path: '/ai/conversations', method: 'GET' },
    { name: 'GET /ai/conversations?limit=200', path: '/ai/conversations?limit=200', method: 'GET' },
    { name: 'POST /api/threads/list, newest 50', path: '/api/threads/list', method: 'POST', body: '{"limit":50}' },
    { name: 'POST /api/threads/list, all', path: '/api/threads/list', method: 'POST', body: '{}' },
  ] as const;
  const timings: ListTiming[] = lists.map(({ name }) => ({ name, ms: [], kilobytes: 0, rows: 0 }));
  for (let round = 0; round < requests; round++)
    for (const [index, list] of lists.entries()) {
      const { ms, bytes, text } = await askWhole(`${bench.origin}${list.path}`, list.method, bench.authorization, 'body' in list ? list.body : undefined);
      const timing = timings[index]!;
      if (round >= requests / 10) timing.ms.push(ms); // the first ones warm it
      timing.kilobytes = bytes / 1_000;
      timing.rows ||= text.match(/"id"/g)?.length ?? 0;
    }
  return timings;
}
