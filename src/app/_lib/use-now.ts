import { useEffect, useState } from 'react';

/** The time as of this rendering, and at least every `everyMs`: for "3 minutes ago" and running clocks. Never older than what is shown beside it. */
export function useNow(everyMs: number): Date {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return new Date();
}
