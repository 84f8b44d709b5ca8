import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { QueueStatus } from './contract';

/** The workspace's own part of the queue. */
export async function getQueue(db: Database, { workspaceId, maxConcurrent }: { workspaceId: string; maxConcurrent: number }): Promise<QueueStatus> {
  const [row] = await db.execute<{ enabled: boolean; pending: number; active: number; processed: number; own_limit: number | null }>(sql`
    SELECT EXISTS (SELECT FROM trunks WHERE workspace_id = ${workspaceId}::uuid AND is_active) AS enabled,
      count(*) FILTER (WHERE state = 'queued')::int AS pending,
      count(*) FILTER (WHERE state IN ('dialing', 'ringing', 'answered'))::int AS active,
      count(*) FILTER (WHERE state NOT IN ('queued', 'dialing', 'ringing', 'answered'))::int AS processed,
      (SELECT max_concurrent FROM call_policies WHERE workspace_id = ${workspaceId}::uuid) AS own_limit
    FROM calls WHERE workspace_id = ${workspaceId}::uuid AND direction = 'outbound'`);
  const { enabled, pending, active, processed, own_limit: own } = row!;
  return {
    enabled, pending, active, max_concurrent: Math.min(own ?? maxConcurrent, maxConcurrent), total_processed: processed, queued: pending, processing: active,
  };
}
