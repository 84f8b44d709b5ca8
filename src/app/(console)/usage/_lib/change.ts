export interface Change {
  /** `+12 %`, `−40 %`, `3.2 times as much`; null where there is nothing to compare with. */
  words: string | null;
  direction: 'more' | 'less' | 'same';
}

const MUCH = 3;
/** Below half a percent nobody would call it a change. */
const NOTICEABLE = 0.005;

/** How something went against the time before. From nothing to something has no percentage. */
export function changeOf(now: number, before: number): Change {
  if (before <= 0) return { words: null, direction: now > 0 ? 'more' : 'same' };
  const share = now / before - 1;
  if (Math.abs(share) < NOTICEABLE) return { words: 'as before', direction: 'same' };
  if (now / before >= MUCH) return { words: `${Number((now / before).toFixed(1))} times as much`, direction: 'more' };
  return { words: `${share > 0 ? '+' : '−'}${Math.max(1, Math.round(Math.abs(share) * 100))} %`, direction: share > 0 ? 'more' : 'less' };
}
