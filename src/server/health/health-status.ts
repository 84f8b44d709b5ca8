import type { LiveSessions } from '../sessions/live-sessions';
import type { HealthStatus } from './contract';
import type { ReadinessProbe } from './readiness';
import { VERSION } from './version';

/** What the health router needs of the process it runs in. */
export interface HealthStatusSource {
  readiness: ReadinessProbe;
  startedAt: Date;
}

export async function getHealthStatus(source: HealthStatusSource, sessions: LiveSessions, workspaceId: string): Promise<HealthStatus> {
  const [results, live] = await Promise.all([
    source.readiness.results(),
    sessions.list().then((all) => all.filter((one) => one.workspace_id === workspaceId).length, () => null),
  ]);
  return {
    status: results.every((one) => one.ok) ? 'ready' : 'not_ready',
    parts: results.map(({ name, ok, detail, latencyMs }) => ({ name, ok, detail, latency_ms: latencyMs })),
    version: VERSION,
    started_at: source.startedAt.toISOString(),
    live_sessions: live,
  };
}
