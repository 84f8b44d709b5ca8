import { systemClock } from '../platform/clock';
import type { Health, SipBridgeHealth, SipBridgeStatus } from './contract';
import type { ReadinessProbe } from './readiness';
import type { TelephonySnapshot, TelephonyStatus } from './telephony-status';

/** Shorter than a probe waits: a telephone that does not answer must not hide how the rest is. */
const TELEPHONY_LIMIT_MS = 2_000;

async function readTelephony(telephony: TelephonyStatus): Promise<TelephonySnapshot> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => { timer = setTimeout(() => reject(new Error('no answer')), TELEPHONY_LIMIT_MS); });
  try {
    return await Promise.race([telephony.read(), late]);
  } catch {
    return {
      bridge: { status: 'error', message: 'SIP bridge does not answer' }, registered: false, activeCalls: 0,
      queue: { enabled: false, pending: 0, active: 0, maxConcurrent: 0, totalProcessed: 0 }, rooms: [],
    };
  } finally {
    clearTimeout(timer);
  }
}

/** For everybody: no reasons, no addresses. Always 200, as both documented systems answer; /api/ready/ is the probe with a status. */
export async function getHealth(readiness: ReadinessProbe, telephony: TelephonyStatus): Promise<Health> {
  const [{ status, checks }, phone] = await Promise.all([readiness.check(), readTelephony(telephony)]);
  const { enabled, pending, active, maxConcurrent, totalProcessed } = phone.queue;
  const well = status === 'ready' && (phone.bridge.status === 'disabled' || phone.bridge.status === 'healthy');
  return {
    status: well ? 'healthy' : 'degraded',
    sip_registered: phone.registered,
    active_calls: phone.activeCalls,
    queue: { enabled, pending, queued: pending, active, processing: active, max_concurrent: maxConcurrent, total_processed: totalProcessed },
    checks,
    timestamp: systemClock.now().toISOString(),
  };
}

const BRIDGE_WORDS = { disabled: 'not_enabled', healthy: 'running', degraded: 'running', error: 'not_running' } as const;

export async function getSipBridgeHealth(telephony: TelephonyStatus): Promise<SipBridgeHealth> {
  const { bridge } = await readTelephony(telephony);
  return { status: bridge.status, sip_bridge: BRIDGE_WORDS[bridge.status], message: bridge.message };
}

export async function getSipBridgeStatus(telephony: TelephonyStatus): Promise<SipBridgeStatus> {
  const { bridge, rooms } = await readTelephony(telephony);
  return {
    enabled: bridge.status !== 'disabled',
    running: bridge.status === 'healthy' || bridge.status === 'degraded',
    active_rooms: rooms.map(({ name }) => name),
    process_count: new Set(rooms.map(({ pid }) => pid)).size,
    process_pids: Object.fromEntries(rooms.map(({ name, pid }) => [name, pid])),
  };
}
