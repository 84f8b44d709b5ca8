import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';

/**
 * From 1 while it waits, null when it starts at once or waits no longer. By the limit that keeps it longest: calls that
 * hold a place, and those ahead of it, against the places there are.
 */
export async function findQueuePosition(db: Database, options: { id: string; maxConcurrent: number }): Promise<number | null> {
  const { id, maxConcurrent } = options;
  const held = sql`h.state IN ('dialing', 'ringing', 'answered')`;
  const ahead = sql`h.state = 'queued' AND h.number < c.number`;
  const place = (limit: ReturnType<typeof sql>, which: ReturnType<typeof sql>, outboundOnly: boolean) => sql`(
    SELECT least(count(*) FILTER (WHERE ${held} ${outboundOnly ? sql`AND h.direction = 'outbound'` : sql``}), ${limit}) + count(*) FILTER (WHERE ${ahead}) - ${limit} + 1
    FROM calls h WHERE h.state IN ('queued', 'dialing', 'ringing', 'answered') AND ${which})`;
  const [row] = await db.execute<{ position: number | null }>(sql`
    SELECT greatest(
      ${place(sql`${maxConcurrent}::int`, sql`true`, true)},
      CASE WHEN p.max_concurrent IS NOT NULL THEN ${place(sql`p.max_concurrent`, sql`h.workspace_id = c.workspace_id`, true)} END,
      CASE WHEN t.max_calls IS NOT NULL THEN ${place(sql`t.max_calls`, sql`h.trunk_id = c.trunk_id`, false)} END
    )::int AS position
    FROM calls c LEFT JOIN call_policies p ON p.workspace_id = c.workspace_id LEFT JOIN trunks t ON t.id = c.trunk_id
    WHERE c.id = ${id}::uuid AND c.state = 'queued'`);
  const position = row?.position ?? null;
  return position !== null && position > 0 ? position : null;
}
