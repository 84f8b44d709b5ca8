/** Time as a dependency, so that tests can move it. `now` is wall time, `monotonic` milliseconds that never step back. */
export interface Clock {
  now(): Date;
  monotonic(): number;
}

export const systemClock: Clock = { now: () => new Date(), monotonic: () => performance.now() };
