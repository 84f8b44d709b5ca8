/** What /health, /queue and the SIP bridge's pages say of the telephone. Whatever places and takes calls implements it. */
export interface TelephonyStatus {
  read(): Promise<TelephonySnapshot>;
}

export interface TelephonySnapshot {
  /** `disabled`: no trunk is configured. `error`: one is, and no process serves it. */
  bridge: { status: 'disabled' | 'healthy' | 'degraded' | 'error'; message: string };
  /** Every configured account is registered; false without one. */
  registered: boolean;
  activeCalls: number;
  queue: { enabled: boolean; pending: number; active: number; maxConcurrent: number; totalProcessed: number };
  /** One room a call, as the documented bridge has it, with the process that serves it. */
  rooms: { name: string; pid: number }[];
}

/** An installation without a telephone: nothing registered, nothing to wait for. */
export const noTelephony = (options: { maxConcurrent: number }): TelephonyStatus => ({
  read: () => Promise.resolve({
    bridge: { status: 'disabled', message: 'SIP bridge is not enabled' },
    registered: false,
    activeCalls: 0,
    queue: { enabled: false, pending: 0, active: 0, maxConcurrent: options.maxConcurrent, totalProcessed: 0 },
    rooms: [],
  }),
});
