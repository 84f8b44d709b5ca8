import { systemClock, type Clock } from '../platform/clock';
import type { Readiness } from './contract';

/** Resolves when the part works; what it throws says why it does not. Must heed the signal. */
export type ReadinessCheck = (signal: AbortSignal) => Promise<void>;

export interface CheckResult {
  name: string;
  ok: boolean;
  detail: string | null;
  latencyMs: number;
}

export interface ReadinessProbe {
  /** For probes: what may be public. */
  check(): Promise<Readiness>;
  /** For operators: with reasons. Shares the answer that `check` gives. */
  results(): Promise<CheckResult[]>;
}

export interface ReadinessOptions {
  /** Below the usual probe time-out of 5 s or more, and above a loaded database's slowest `select 1`. */
  timeoutMs?: number;
  /** A flood of probes costs one round of checks in this time. */
  cacheMs?: number;
  clock?: Clock;
}

async function runCheck(name: string, check: ReadinessCheck, timeoutMs: number, clock: Clock): Promise<CheckResult> {
  const started = clock.monotonic();
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  // A check that ignores its signal must not hold up the probe: the race answers for it.
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(new Error(`no answer within ${timeoutMs} ms`)); abort.abort(); }, timeoutMs);
  });
  try {
    await Promise.race([check(abort.signal), late]);
    return { name, ok: true, detail: null, latencyMs: elapsed(clock, started) };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error), latencyMs: elapsed(clock, started) };
  } finally {
    clearTimeout(timer);
  }
}

const elapsed = (clock: Clock, started: number) => Math.round((clock.monotonic() - started) * 10) / 10;

export function createReadiness(checks: Record<string, ReadinessCheck>, options: ReadinessOptions = {}): ReadinessProbe {
  const { timeoutMs = 3_000, cacheMs = 1_000, clock = systemClock } = options;
  let cached: { at: number; results: CheckResult[] } | undefined;
  let running: Promise<CheckResult[]> | undefined;

  const results = async (): Promise<CheckResult[]> => {
    if (cached && clock.monotonic() - cached.at < cacheMs) return cached.results;
    running ??= Promise.all(Object.entries(checks).map(([name, check]) => runCheck(name, check, timeoutMs, clock)))
      .then((fresh) => { cached = { at: clock.monotonic(), results: fresh }; return fresh; })
      .finally(() => { running = undefined; });
    return running;
  };

  return {
    results,
    check: async () => {
      const all = await results();
      return { status: all.every((one) => one.ok) ? 'ready' : 'not_ready', checks: Object.fromEntries(all.map((one) => [one.name, one.ok])) };
    },
  };
}
